/**
 * The same work by openworkflow, driven as quickly as it can be: its worker is asked for the next
 * round at once instead of by its timer. Copied into the folder in which it is installed, and run
 * there.
 */
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { measureSteps, type StepFigures, warmUp } from "./pieces.ts";
import { WORK } from "./work.ts";

interface Handle {
  result(): Promise<unknown>;
}
interface Definition {
  run(input: unknown): Promise<Handle>;
}
interface StepApi {
  run<Out>(options: { name: string }, work: () => Promise<Out>): Promise<Out>;
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

const [name = "", folder = "", synchronous = "FULL"] = process.argv.slice(2);
const backend = BackendSqlite.connect(`${folder}/openworkflow.db`);
backend.db.exec(`PRAGMA synchronous = ${synchronous}`);
const client = new OpenWorkflow({ backend });

function chain(length: number, schema?: unknown): Definition {
  const name = `chain-${length}`;
  const options = schema === undefined ? { name } : { name, schema };
  return client.defineWorkflow(options, async ({ input, step }) => {
    let { n } = input;
    for (let index = 1; index <= length; index++) {
      const output = await step.run({ name: `step-${index}` }, () => Promise.resolve({ n: n + 1 }));
      n = output.n;
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

/** Runs of three steps. */
function shortRuns(width: number): Promise<StepFigures> {
  const { steps, pieceRuns } = WORK;
  const flow = chain(steps);
  return measureSteps(() => startRuns(flow, pieceRuns, width), pieceRuns * steps);
}

async function longRuns(): Promise<Record<string, number>> {
  const { steps, pieceRuns, longRunSteps } = WORK;
  const flow = chain(LONG);
  await warmUp(() => startRuns(flow, (pieceRuns * steps) / LONG, 1));
  return {
    stepOf100Us: await usAStep(flow, { count: longRunSteps / LONG, width: 1, steps: LONG }),
  };
}

const LONG = 100;

async function usAStep(
  flow: Definition,
  { count, width, steps }: { count: number; width: number; steps: number },
): Promise<number> {
  const begun = performance.now();
  await startRuns(flow, count, width);
  return ((performance.now() - begun) * 1000) / (count * steps);
}

const SCENARIOS: Readonly<Record<string, () => Promise<object>>> = {
  oneByOne: () => shortRuns(1),
  sideBySide: () => shortRuns(WORK.width),
  longRun: longRuns,
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
