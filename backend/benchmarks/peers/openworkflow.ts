/**
 * The same work by openworkflow, driven as quickly as it can be: its worker is asked for the next
 * round at once instead of by its timer. Copied into the folder in which it is installed, and run
 * there.
 */
import process from "node:process";
import { setImmediate } from "node:timers/promises";

interface Handle {
  result(): Promise<unknown>;
}
interface Definition {
  run(input: unknown): Promise<Handle>;
}
interface StepApi {
  run<Out>(options: { name: string }, work: () => Out): Promise<Out>;
}
interface Worker {
  tick(): Promise<number>;
  readonly activeExecutions: ReadonlySet<unknown>;
}
interface Backend {
  readonly db: { exec(sql: string): void };
  stop(): Promise<void>;
}
interface Library {
  readonly OpenWorkflow: new (options: {
    backend: Backend;
  }) => {
    defineWorkflow(
      options: { name: string; schema?: unknown },
      execute: (context: { input: { n: number }; step: StepApi }) => Promise<unknown>,
    ): Definition;
    newWorker(options: { concurrency: number }): Worker;
  };
}
interface SqliteLibrary {
  readonly BackendSqlite: { connect(path: string): Backend };
}

interface Zod {
  readonly z: { object(shape: unknown): unknown; number(): unknown };
}

const PACKAGE = "openworkflow";
const ZOD = "zod";
const { OpenWorkflow }: Library = await import(PACKAGE);
const { BackendSqlite }: SqliteLibrary = await import(`${PACKAGE}/sqlite`);

const [name = "", folder = "", synchronous = "FULL", warmUp = "0"] = process.argv.slice(2);
const backend = BackendSqlite.connect(`${folder}/openworkflow.db`);
backend.db.exec(`PRAGMA synchronous = ${synchronous}`);
const client = new OpenWorkflow({ backend });

function chain(length: number, schema?: unknown): Definition {
  const name = `chain-${length}`;
  const options = schema === undefined ? { name } : { name, schema };
  return client.defineWorkflow(options, async ({ input, step }) => {
    let { n } = input;
    for (let index = 1; index <= length; index++) {
      n = (await step.run({ name: `step-${index}` }, () => ({ n: n + 1 }))).n;
    }
    return { n };
  });
}

/** Runs that are stored are driven until none is left. */
async function drive(worker: Worker): Promise<void> {
  while ((await worker.tick()) > 0 || worker.activeExecutions.size > 0) await setImmediate();
}

async function startRuns(flow: Definition, count: number, width: number): Promise<void> {
  const worker = client.newWorker({ concurrency: width });
  for (let begun = 0; begun < count; begun += width) {
    const some = Array.from({ length: Math.min(width, count - begun) }, (_, of) =>
      flow.run({ n: begun + of }),
    );
    await Promise.all(some);
    await drive(worker);
  }
}

async function usAStep(
  flow: Definition,
  { before, count, width, steps }: { before: number; count: number; width: number; steps: number },
): Promise<number> {
  await startRuns(flow, before, width);
  const begun = performance.now();
  await startRuns(flow, count, width);
  return ((performance.now() - begun) * 1000) / (count * steps);
}

const SCENARIOS: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  oneByOne: async () => ({
    stepUs: await usAStep(chain(3), { before: Number(warmUp), count: 1_000, width: 1, steps: 3 }),
  }),
  sideBySide: async () => ({
    stepUs: await usAStep(chain(3), { before: Number(warmUp), count: 1_000, width: 50, steps: 3 }),
  }),
  longRun: async () => ({
    stepOf100Us: await usAStep(chain(100), { before: 10, count: 10, width: 1, steps: 100 }),
  }),
  firstRun: async () => {
    await startRuns(chain(3), 1, 1);
    await backend.stop();
    return {};
  },
  firstRunZod: async () => {
    const { z }: Zod = await import(ZOD);
    await startRuns(chain(3, z.object({ n: z.number() })), 1, 1);
    await backend.stop();
    return {};
  },
};
process.stdout.write(JSON.stringify((await SCENARIOS[name]?.()) ?? {}));
process.exit(0);
