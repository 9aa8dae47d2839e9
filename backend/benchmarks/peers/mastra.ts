/** The same work by Mastra on its libSQL store. Copied into the folder in which it is installed, and run there. */
import process from "node:process";

interface Run {
  start(options: { inputData: { n: number } }): Promise<{ status: string }>;
}
interface Builder {
  then(step: unknown): Builder;
  commit(): unknown;
}
interface Workflows {
  createStep(options: unknown): unknown;
  createWorkflow(options: unknown): Builder;
}
interface Core {
  readonly Mastra: new (
    options: unknown,
  ) => {
    getWorkflow(id: string): { createRun(): Promise<Run> };
  };
}
interface Store {
  readonly LibSQLStore: new (options: { id: string; url: string }) => { init(): Promise<void> };
}
interface Zod {
  readonly z: { object(shape: unknown): unknown; number(): unknown };
}

const PACKAGES = {
  core: "@mastra/core",
  workflows: "@mastra/core/workflows",
  store: "@mastra/libsql",
};
const ZOD = "zod";
const { Mastra }: Core = await import(PACKAGES.core);
const { createStep, createWorkflow }: Workflows = await import(PACKAGES.workflows);
const { LibSQLStore }: Store = await import(PACKAGES.store);
const { z }: Zod = await import(ZOD);

const [name = "", folder = "", , warmUp = "0"] = process.argv.slice(2);
const Count = z.object({ n: z.number() });
const schemas = { inputSchema: Count, outputSchema: Count };

function chain(length: number): unknown {
  let builder = createWorkflow({ id: "chain", ...schemas });
  for (let index = 1; index <= length; index++) {
    const execute = ({ inputData }: { inputData: { n: number } }) =>
      Promise.resolve({ n: inputData.n + 1 });
    builder = builder.then(createStep({ id: `step-${index}`, ...schemas, execute }));
  }
  return builder.commit();
}

const storage = new LibSQLStore({ id: "bench", url: `file:${folder}/mastra.db` });
await storage.init();

async function usAStep(
  length: number,
  { before, count, width }: { before: number; count: number; width: number },
): Promise<number> {
  const mastra = new Mastra({ workflows: { chain: chain(length) }, storage, logger: false });
  const flow = mastra.getWorkflow("chain");
  async function startRuns(runs: number): Promise<void> {
    let started = 0;
    async function work(): Promise<void> {
      while (started < runs) {
        const n = started++;
        const { status } = await (await flow.createRun()).start({ inputData: { n } });
        if (status !== "success") throw new Error(`A run of Mastra ended with ${status}`);
      }
    }
    await Promise.all(Array.from({ length: width }, work));
  }
  await startRuns(before);
  const begun = performance.now();
  await startRuns(count);
  return ((performance.now() - begun) * 1000) / (count * length);
}

const SCENARIOS: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  oneByOne: async () => ({
    stepUs: await usAStep(3, { before: Number(warmUp), count: 1_000, width: 1 }),
  }),
  sideBySide: async () => ({
    stepUs: await usAStep(3, { before: Number(warmUp), count: 1_000, width: 50 }),
  }),
  longRun: async () => ({ stepOf100Us: await usAStep(100, { before: 3, count: 3, width: 1 }) }),
};
process.stdout.write(JSON.stringify((await SCENARIOS[name]?.()) ?? {}));
process.exit(0);
