/**
 * wrkflw itself as it is installed from npm, beside the others: its first run on a fresh file.
 * Copied into the folder in which it is installed, and run there.
 */
interface Builder {
  then(step: unknown): Builder;
  commit(): unknown;
}
interface Run {
  start(options: { inputData: { n: number } }): Promise<unknown>;
}
interface Library {
  createStep(options: unknown): unknown;
  createWorkflow(options: unknown): Builder;
  readonly WorkflowStorage: new (options: { url: string }) => { close(): Promise<void> };
  readonly ExecutionEngine: new (storage: unknown) => { createRun(flow: unknown): Promise<Run> };
}
interface Zod {
  readonly z: { object(shape: unknown): unknown; number(): unknown };
}

const PACKAGE = "@wrkflw/wrkflw";
const ZOD = "zod";
const [scenario = "", folder = ""] = Deno.args;
const { createStep, createWorkflow, ExecutionEngine, WorkflowStorage }: Library = await import(
  PACKAGE
);

/** By hand, or by zod. */
async function makeSchema(): Promise<unknown> {
  if (scenario !== "firstRunZod") {
    const validate = (value: unknown) => ({ value });
    return { "~standard": { version: 1, vendor: "none", validate } };
  }
  const { z }: Zod = await import(ZOD);
  return z.object({ n: z.number() });
}

const schema = await makeSchema();
const schemas = { inputSchema: schema, outputSchema: schema };
const execute = ({ inputData }: { inputData: { n: number } }) => ({ n: inputData.n + 1 });
const flow = createWorkflow({ id: "chain", ...schemas })
  .then(createStep({ id: "step-1", ...schemas, execute }))
  .then(createStep({ id: "step-2", ...schemas, execute }))
  .then(createStep({ id: "step-3", ...schemas, execute }))
  .commit();
const storage = new WorkflowStorage({ url: `file:${folder}/wrkflw.db` });
const run = await new ExecutionEngine(storage).createRun(flow);
await run.start({ inputData: { n: 0 } });
await storage.close();
Deno.exit(0);
