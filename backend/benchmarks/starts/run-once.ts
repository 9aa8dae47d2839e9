/** E: from nothing to the first finished run, on a fresh file. */
import {
  createStep,
  createWorkflow,
  ExecutionEngine,
  type Schema,
  WorkflowStorage,
} from "../../index.ts";
import type { CountValue } from "../sample-flows.ts";

/** Runs three steps, and ends the process. */
export async function runOnce(schema: Schema<CountValue>): Promise<void> {
  const [folder = "."] = Deno.args;
  const schemas = { inputSchema: schema, outputSchema: schema };
  const addOne = (id: string) =>
    createStep({ id, ...schemas, execute: ({ inputData }) => ({ n: inputData.n + 1 }) });
  const flow = createWorkflow({ id: "chain", ...schemas })
    .then(addOne("step-1"))
    .then(addOne("step-2"))
    .then(addOne("step-3"))
    .commit();
  const engine = new ExecutionEngine(new WorkflowStorage({ url: `file:${folder}/wrkflw.db` }));
  const run = await engine.createRun(flow);
  await run.start({ inputData: { n: 0 } });
  await engine.storage.close();
  // As the program of openworkflow does.
  Deno.exit(0);
}
