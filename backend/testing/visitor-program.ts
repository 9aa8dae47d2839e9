/**
 * A process without root's rights that visits a database file as a user would: it lists runs,
 * then starts one. Prints one line of JSON for each: what it got, or the error. Argument: the file.
 */
import process from "node:process";
import { ExecutionEngine } from "../engine.ts";
import { WorkflowStorage } from "../storage.ts";
import { countingWorkflow } from "./samples.ts";

const NOBODY = 65_534;
const [path = ""] = Deno.args;

async function report(work: () => Promise<unknown>): Promise<void> {
  const answer = await work().catch((error: { code?: unknown; message?: unknown }) => ({
    code: error.code,
    message: error.message,
  }));
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
}

if (process.geteuid?.() === 0) process.seteuid?.(NOBODY);
const storage = new WorkflowStorage({ url: `file:${path}` });
await report(async () => (await storage.listRuns()).map(({ runId }) => runId).sort());
await report(async () => {
  const run = await new ExecutionEngine(storage).createRun(countingWorkflow(1), "visitor");
  return await run.start({ inputData: { n: 1 } });
});
