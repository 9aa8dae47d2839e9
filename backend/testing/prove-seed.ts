/** Judges a course by what the model foretold. */
import { assert, assertEquals } from "@std/assert";
import type { Wait } from "../node.ts";
import { decode } from "../serialize.ts";
import type { Ending, Expectation } from "./model.ts";
import { type Course, type Plan, planOf, takeCourse } from "./random-course.ts";

/** Runs the plan of one seed. */
export async function prove(seed: number): Promise<Course> {
  return await provePlan(planOf(seed));
}

/** Runs one plan and says, if anything is wrong, what it was made of. */
export async function provePlan(plan: Plan): Promise<Course> {
  try {
    const course = await takeCourse(plan);
    assertEnding(plan.expected, course);
    assertExecutions(plan.expected, course);
    assertState(plan.expected, course);
    assertNothingEarly(course);
    assertOneOrder(course);
    return course;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${describe(plan)}`, { cause: error });
  }
}

function describe({ seed, workflow, input, troubles, budgetMs, expected }: Plan): string {
  const known = JSON.stringify({ endings: expected.endings, input, budgetMs, troubles });
  return `Run it alone with WRKFLW_SEED=${seed}\n${known}\n${JSON.stringify(workflow, null, 1)}`;
}

function assertEnding({ endings }: Expectation, { run, steps }: Course): void {
  const ending = JSON.stringify(endingOf(run));
  const allowed = endings.map((each) => JSON.stringify(atTheEnd(each)));
  assert(allowed.includes(ending), `It came to ${ending} instead of ${allowed.join(" or ")}`);
  const latest = new Map(steps.map((step) => [step.path, step]));
  // One that was resumed at the last moment keeps that as its last word.
  const open = [...latest.values()].filter(({ status }) => status === "suspended");
  assertEquals(
    open.map(({ path }) => path),
    [],
    "places wait though the run is over",
  );
}

function endingOf({ status, result, failure }: Course["run"]): unknown {
  if (status !== "failed") return { status, value: decode(result ?? "null") };
  const { message, step } = decode(failure ?? "{}") as { message?: string; step?: string };
  return { status, message, step };
}

/** A workflow makes a success of a step that bails. */
function atTheEnd(ending: Ending): Ending {
  return ending.status === "bailed" ? { status: "success", value: ending.value } : ending;
}

function assertExecutions(expected: Expectation, { executions, deaths }: Course): void {
  for (const [id, count] of executions) {
    assert(expected.executions.has(id), `There should be no execution ${id}`);
    assert(count <= 1 + deaths, `Execution ${id} began ${count} times with ${deaths} deaths`);
  }
  for (const [id, must] of expected.executions) {
    assert(!must || executions.has(id), `Execution ${id} never began`);
  }
}

function assertState({ state, stateKeys }: Expectation, { run }: Course): void {
  const stored = decode(run.state ?? "{}") as Record<string, unknown>;
  for (const key of Object.keys(stored)) assert(stateKeys.has(key), `State has ${key}`);
  for (const [key, value] of state) assertEquals(stored[key], value, `state at ${key}`);
}

/** No pause, sleep or time-out ends before its time, unless somebody ended it. */
function assertNothingEarly({ steps }: Course): void {
  const due = new Map<string, number>();
  for (const { path, kind, status, wait, endedAt } of steps) {
    const isOwn = status !== "canceled" && kind !== "waitForEvent";
    const until = due.get(path);
    due.delete(path);
    // Records keep whole milliseconds.
    const isEarly = until !== undefined && isOwn && endedAt < Math.floor(until);
    assert(!isEarly, `${path} went on at ${endedAt}, before ${until}`);
    const next = (decode(wait ?? "{}") as Wait).until;
    if (next !== undefined) due.set(path, next);
  }
}

/** Every record has a place of its own among the records; a resumption stands behind its suspension. */
function assertOneOrder({ steps }: Course): void {
  const order = steps.filter(({ status }) => status !== "resumed").map(({ seq }) => seq);
  assertEquals(new Set(order).size, order.length, "two records have the same place");
}
