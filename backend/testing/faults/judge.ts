/** Judges a course by what the model foretold. */
import { decode } from "../../serialize.ts";
import type { Ending, Expectation } from "../model.ts";
import { type Ended, takeCourse } from "./course.ts";
import type { Plan } from "./plan.ts";
import { IN_MEMORY, type Stage } from "./stages.ts";
import { assertAlive, assertSafe } from "./violation.ts";
import { executionsIn } from "./witness.ts";

/** Takes the course of a plan and says, if a promise is broken, what it was made of. */
export async function provePlan(plan: Plan, stage: Stage = IN_MEMORY): Promise<Ended> {
  try {
    const ended = await takeCourse(plan, stage);
    judge(plan.expected, ended);
    return ended;
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message}\n${describe(plan)}`;
    throw error;
  }
}

function describe({ seed, workflow, input, processes, manner, budgetMs }: Plan): string {
  const known = JSON.stringify({ seed, workflow: workflow.id, input, manner, budgetMs, processes });
  return `Plan: ${known}\n${JSON.stringify(workflow)}`;
}

/** Throws unless a course came to what was foretold. */
export function judge(expected: Expectation, ended: Ended): void {
  try {
    assertEnding(expected, ended);
    assertExecutions(expected, ended);
    assertRecorded(expected, ended);
    assertState(expected, ended);
    assertOneOrder(ended);
    assertOnePlace(ended);
  } catch (error) {
    if (error instanceof Error) error.message = [error.message, ...ended.log].join("\n");
    throw error;
  }
}

function assertEnding({ endings }: Expectation, { run, steps }: Ended): void {
  const ending = JSON.stringify(endingOf(run));
  const allowed = endings.map((each) => JSON.stringify(atTheEnd(each)));
  assertSafe(allowed.includes(ending), `It came to ${ending} instead of ${allowed.join(" or ")}`);
  const latest = new Map(steps.map((step) => [step.path, step]));
  // One that was resumed at the last moment keeps that as its last word.
  const open = [...latest.values()].filter(({ status }) => status === "suspended");
  const paths = open.map(({ path }) => path).join();
  assertSafe(open.length === 0, `Places wait though the run is over: ${paths}`);
}

function endingOf({ status, result, failure }: Ended["run"]): unknown {
  if (status !== "failed") return { status, value: decode(result ?? "null") };
  const { message, step } = decode(failure ?? "{}") as { message?: string; step?: string };
  return { status, message, step };
}

/** A workflow makes a success of a step that bails. */
function atTheEnd(ending: Ending): Ending {
  return ending.status === "bailed" ? { status: "success", value: ending.value } : ending;
}

function assertExecutions(expected: Expectation, { executions, deaths }: Ended): void {
  for (const [id, count] of executions) {
    assertSafe(expected.executions.has(id), `There should be no execution ${id}`);
    assertSafe(count <= 1 + deaths, `Execution ${id} began ${count} times with ${deaths} deaths`);
  }
  for (const [id, must] of expected.executions) {
    assertAlive(!must || executions.has(id), `Execution ${id} never began`);
  }
}

/** No step that was executed is without its record, but for those that a failure beside them let go. */
function assertRecorded(expected: Expectation, { executions, steps }: Ended): void {
  const recorded = executionsIn(steps);
  for (const id of executions.keys()) {
    const isLetGo = expected.executions.get(id) === false;
    assertSafe(isLetGo || recorded.has(id), `Execution ${id} left no record`);
  }
}

function assertState({ state, stateKeys }: Expectation, { run }: Ended): void {
  const stored = decode(run.state ?? "{}") as Record<string, unknown>;
  for (const key of Object.keys(stored)) assertSafe(stateKeys.has(key), `State has ${key}`);
  for (const [key, value] of state) {
    assertSafe(stored[key] === value, `State at ${key} is ${stored[key]} instead of ${value}`);
  }
}

/** Every record has a place of its own among the records; a resumption stands behind its suspension. */
function assertOneOrder({ steps }: Ended): void {
  const order = steps.filter(({ status }) => status !== "resumed").map(({ seq }) => seq);
  assertSafe(new Set(order).size === order.length, "Two records have the same place");
}

/** A place has each of its records once: that they are told by one number keeps others from adding theirs. */
function assertOnePlace({ steps }: Ended): void {
  for (const [path, records] of Map.groupBy(steps, (step) => step.path)) {
    const attempts = new Set(records.map(({ attempt }) => attempt));
    assertSafe(attempts.size === records.length, `Place ${path} has a record twice`);
    const [first] = records;
    const isTogether = records.every(({ firstSeq }) => firstSeq === first?.seq);
    assertSafe(isTogether, `Records of place ${path} lie apart`);
  }
}
