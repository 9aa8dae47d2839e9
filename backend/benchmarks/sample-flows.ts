/** The workflows that are measured: steps that do next to nothing. */
import { z } from "npm:zod@4.6.7";
import {
  createStep,
  createWorkflow,
  ExecutionEngine,
  type Step,
  type Workflow,
  WorkflowStorage,
} from "../index.ts";
import type { Bench } from "./scenario.ts";

const Count = z.object({ n: z.number() });

/** The value that is passed along. */
export interface CountValue {
  n: number;
}

/** A workflow that counts. */
export type Counting = Workflow<string, CountValue, CountValue>;

/** A step that adds one. */
export function addOne(id: string): Step<string, CountValue, CountValue> {
  return createStep({
    id,
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData }) => increased(inputData),
  });
}

/** What every step does; it returns a promise, as steps do that reach outside. */
export async function increased({ n }: CountValue): Promise<CountValue> {
  return await Promise.resolve({ n: n + 1 });
}

/** What no engine can leave out before a step: text becomes a value and passes through its schema. */
export function readInput(): CountValue {
  return Count.parse(JSON.parse('{"n":1}'));
}

/** What no engine can leave out after a step. */
export function writeOutput(output: CountValue): string {
  return JSON.stringify(Count.parse(output));
}

/** `length` steps, one after another. */
export function chain(length: number): Counting {
  let builder = createWorkflow({ id: `chain-${length}`, inputSchema: Count, outputSchema: Count });
  for (let index = 1; index <= length; index++) builder = builder.then(addOne(`step-${index}`));
  return builder.commit();
}

/** A day's sleep between two steps. */
export function sleeping(): Counting {
  return createWorkflow({ id: "sleeping", inputSchema: Count, outputSchema: Count })
    .then(addOne("before"))
    .sleep("1d")
    .then(addOne("after"))
    .commit();
}

/** One step for each item of a list, fifty at a time. */
export function fanOut(): Workflow<string, CountValue[], CountValue[]> {
  return createWorkflow({
    id: "fan-out",
    inputSchema: z.array(Count),
    outputSchema: z.array(Count),
  })
    .foreach(addOne("item"), { concurrency: 50 })
    .commit();
}

/** An engine on a fresh file, opened. */
export async function openEngine({ folder, synchronous }: Bench): Promise<ExecutionEngine> {
  const engine = new ExecutionEngine(
    new WorkflowStorage({ url: `file:${folder}/wrkflw.db`, synchronous }),
  );
  await engine.init();
  return engine;
}

/** Starts `count` runs, `width` at a time, and waits for all. */
export async function startRuns(
  engine: ExecutionEngine,
  flow: Counting,
  { count, width }: { readonly count: number; readonly width: number },
): Promise<void> {
  let begun = 0;
  async function work(): Promise<void> {
    while (begun < count) {
      const n = begun++;
      const run = await engine.createRun(flow);
      await run.start({ inputData: { n } });
    }
  }
  await Promise.all(Array.from({ length: width }, work));
}
