/**
 * The same work by Mastra on its libSQL store. Copied into the folder in which it is installed, and
 * run there.
 */
import process from "node:process";
import { measureSteps, type StepFigures, warmUp } from "./pieces.ts";
import { WORK } from "./work.ts";

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

const [name = "", folder = ""] = process.argv.slice(2);
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

/** What starts so many runs of so many steps, some at a time. @returns Microseconds a step. */
function starter(length: number, width: number): (count: number) => Promise<number> {
  const mastra = new Mastra({ workflows: { chain: chain(length) }, storage, logger: false });
  const flow = mastra.getWorkflow("chain");
  return async (count) => {
    let started = 0;
    async function work(): Promise<void> {
      while (started < count) {
        const n = started++;
        const { status } = await (await flow.createRun()).start({ inputData: { n } });
        if (status !== "success") throw new Error(`A run of Mastra ended with ${status}`);
      }
    }
    const begun = performance.now();
    await Promise.all(Array.from({ length: width }, work));
    return ((performance.now() - begun) * 1000) / (count * length);
  };
}

/** Runs of three steps. */
function shortRuns(width: number): Promise<StepFigures> {
  const { steps, pieceRuns } = WORK;
  const start = starter(steps, width);
  return measureSteps(() => start(pieceRuns), pieceRuns * steps);
}

async function longRuns(): Promise<Record<string, number>> {
  const { steps, pieceRuns, longRunSteps } = WORK;
  const start = starter(LONG, 1);
  await warmUp(() => start((pieceRuns * steps) / LONG));
  return { stepOf100Us: await start(longRunSteps / LONG) };
}

const LONG = 100;

const SCENARIOS: Readonly<Record<string, () => Promise<object>>> = {
  oneByOne: () => shortRuns(1),
  sideBySide: () => shortRuns(WORK.width),
  longRun: longRuns,
};
process.stdout.write(JSON.stringify((await SCENARIOS[name]?.()) ?? {}));
process.exit(0);
