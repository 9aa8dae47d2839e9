/**
 * A process that tests kill, stop and cut off: it starts run after run, several at a time, and
 * notes every execution on its standard output, with its time. Arguments: database URL, a name for its runs.
 */
import { ExecutionEngine } from "../../engine.ts";
import type { Schema } from "../../schema.ts";
import { createStep } from "../../step.ts";
import { WorkflowStorage } from "../../storage.ts";
import type { Workflow } from "../../workflow.ts";
import { createWorkflow } from "../../workflow-builder.ts";

/** A process that died is taken over after this long at most, by whoever looks. */
export const KILL_LEASE_MS = 1_500;
/** What every run comes to. */
export const STEPS = 6;
const STEP_MS = 12;
const RUNS_AT_ONCE = 2;

/** Takes any number; light to load, unlike a schema library. */
const Count: Schema<number, number> = {
  "~standard": {
    version: 1,
    vendor: "wrkflw",
    validate: (value) => ({ value: Number(value) }),
  },
};

/** Steps that each add one and tell of their execution before their result is recorded. */
export function killableWorkflow(
  onExecution: (key: string) => void,
): Workflow<"killable", number, number> {
  let builder = createWorkflow({ id: "killable", inputSchema: Count, outputSchema: Count });
  for (let index = 1; index <= STEPS; index++) {
    builder = builder.then(
      createStep({
        id: `step-${index}`,
        inputSchema: Count,
        outputSchema: Count,
        execute: async ({ inputData, idempotencyKey }) => {
          onExecution(idempotencyKey);
          await new Promise((resolve) => setTimeout(resolve, STEP_MS));
          return inputData + 1;
        },
      }),
    );
  }
  return builder.commit();
}

function tell(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function startRuns(engine: ExecutionEngine, name: string): Promise<never> {
  const workflow = killableWorkflow((key) => tell(`${key} ${Date.now()}`));
  for (let count = 1; ; count++) {
    // An unclear answer is no failure: whoever holds the database finishes the run.
    const run = await engine.createRun(workflow, `${name}-${count}`).catch(() => undefined);
    const result = await run?.safeStart({ inputData: 0 }).catch(() => undefined);
    if (result?.status === "failed") tell(`failed ${name}-${count}`);
    if (result === undefined) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Whoever started this process is gone once its standard input is at its end. */
async function endWithParent(): Promise<never> {
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit();
}

if (import.meta.main) {
  void endWithParent();
  const [url = "", name = ""] = Deno.args;
  const storage = new WorkflowStorage({ url, synchronous: "NORMAL" });
  const engine = new ExecutionEngine(storage, { leaseMs: KILL_LEASE_MS });
  const loops = Array.from({ length: RUNS_AT_ONCE }, (_, index) =>
    startRuns(engine, `${name}-${index}`),
  );
  await Promise.all(loops);
}
