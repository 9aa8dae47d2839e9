/** A run that has failed, and whose trouble can be ended. */
import { assertEquals } from "@std/assert";
import type { ExecutionEngine } from "../engine.ts";
import type { WorkflowRun } from "../run.ts";
import { rowsOf } from "../sql.ts";
import { createStep, type Step } from "../step.ts";
import type { Workflow } from "../workflow.ts";
import { noting, RUN_ID } from "./construct-cases.ts";
import { Count, type CountValue } from "./samples.ts";
import type { World } from "./world.ts";

/** What the run is started with. */
export const START = { inputData: { n: 0 } };
/** The workflow's own part of its definition. */
export const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

/** What a test turns off to end the trouble. */
export interface Trouble {
  isOn: boolean;
}

/** A workflow of these tests. */
export type Flow = Workflow<"flow", CountValue, CountValue>;

/** Fails while the trouble lasts. */
export function fragile<const Id extends string>(
  id: Id,
  trouble: Trouble,
  executions: string[] = [],
): Step<Id, CountValue, CountValue> {
  const sound = noting(id, executions);
  return createStep({
    id,
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData, idempotencyKey }) => {
      executions.push(idempotencyKey);
      if (trouble.isOn) throw new Error(`${sound.id} broke`);
      return { n: inputData.n + 1 };
    },
  });
}

/** Starts the run, which fails. */
export async function fail(
  world: World,
  flow: Flow,
): Promise<{
  readonly engine: ExecutionEngine;
  readonly run: WorkflowRun<CountValue, CountValue>;
}> {
  const engine = world.engine({ workflows: [flow] });
  const run = await engine.createRun(flow, RUN_ID);
  const result = await world.effects.until(run.safeStart(START));
  assertEquals(result.status, "failed");
  return { engine, run };
}

/** All records, as text. */
export async function rowsIn(world: World): Promise<string[]> {
  const sql = "SELECT * FROM wrkflw_steps ORDER BY path, attempt";
  return rowsOf(await world.client.execute({ sql, args: [] })).map((row) => JSON.stringify(row));
}
