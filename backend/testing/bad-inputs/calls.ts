/** Wrong calls of engines and runs. */
import { ExecutionEngine } from "../../engine.ts";
import { countingWorkflow } from "../samples.ts";
import { type BadInput, type BadInputPlace, call, row } from "./bad-input.ts";

const CODE = "INVALID_ARGUMENT";

/** A new engine over the place's storage, with options that it cannot use. */
function badEngine(name: string, options: unknown, message: string): BadInput {
  const ask = ({ storage }: BadInputPlace) =>
    Reflect.construct(ExecutionEngine, [storage, options]);
  return row(`an engine made with ${name}`, ask, CODE, message);
}

function badCreate(name: string, options: unknown, message: string): BadInput {
  const ask = ({ engine, open }: BadInputPlace) => call(engine, "createRun", open, options);
  return row(`a run made with ${name}`, ask, CODE, message);
}

/** A start, which `safeStart` and `enqueue` must refuse alike. */
function badStarts(name: string, options: unknown, message: string): BadInput[] {
  return ["start", "safeStart", "enqueue"].map((method) =>
    row(`${method}() with ${name}`, ({ fresh }) => call(fresh, method, options), CODE, message),
  );
}

function badEngineCall(name: string, method: string, args: unknown[], message: string): BadInput {
  return row(
    `${method}() with ${name}`,
    ({ engine }) => call(engine, method, ...args),
    CODE,
    message,
  );
}

const ENGINES: readonly BadInput[] = [
  ...[{}, null, "file:app.db", 7].map((storage) =>
    row(
      `an engine over ${JSON.stringify(storage)}`,
      () => Reflect.construct(ExecutionEngine, [storage]),
      CODE,
      "Cannot make an engine: pass a WorkflowStorage first",
    ),
  ),
  badEngine("null as options", null, "Cannot make an engine: options must be an object, got "),
  badEngine("a list as options", [], "Cannot make an engine: options must be an object, got "),
  badEngine("an unknown option", { lease: 5 }, 'it has no option "lease"; use workflows, leaseMs'),
  badEngine("no lease", { leaseMs: 0 }, "leaseMs must be a number above 0: got 0"),
  badEngine("a text as lease", { leaseMs: "30s" }, "leaseMs must be a number above 0: got 30s"),
  badEngine("NaN as lease", { leaseMs: Number.NaN }, "leaseMs must be a number above 0: got NaN"),
  badEngine("an endless lease", { leaseMs: 1e15 }, "leaseMs must be at most"),
  badEngine("no deaths", { maxIdleClaims: -1 }, "maxIdleClaims must be a number above 0"),
  badEngine("a step as its workflow", { workflows: [{ id: "x" }] }, "take the result of commit()"),
  badEngine(
    "a workflow that is no list",
    { workflows: countingWorkflow(1) },
    "workflows must be a list",
  ),
  badEngine(
    "two workflows of one id",
    { workflows: [countingWorkflow(1), countingWorkflow(2)] },
    'two workflows have the id "counting"; give one another id',
  ),
  badEngine("retention of nothing", { retention: {} }, "a rule has neither maxAge nor maxRuns"),
];

const RUNS: readonly BadInput[] = [
  ...[undefined, null, {}, "open", 7].map((workflow) =>
    row(
      `a run of ${JSON.stringify(workflow) ?? "nothing"}`,
      ({ engine }) => call(engine, "createRun", workflow),
      CODE,
      "Cannot register a workflow: take the result of commit()",
    ),
  ),
  badCreate("null", null, "pass a run id or { runId?, idempotencyKey?, tags? }: got null"),
  badCreate("a number", 7, "pass a run id or { runId?, idempotencyKey?, tags? }: got 7"),
  badCreate("a list", ["r1"], "pass a run id or"),
  badCreate("an unknown option", { runID: "r1" }, 'it has no option "runID"'),
  badCreate("an empty id", "", 'Run id "" is empty'),
  badCreate("an id of blanks", { runId: "  " }, "is empty: use letters, digits and dashes"),
  badCreate("the id ..", { runId: ".." }, 'Run id ".." is a reserved word'),
  badCreate("a line break in its id", { runId: "a\nb" }, "contains a control character"),
  badCreate("a long id", { runId: "x".repeat(201) }, "is longer than 200 characters"),
  badCreate("a number as its id", { runId: 7 }, "Run id number is not a string"),
  badCreate("null as its id", { runId: null }, "Run id null is not a string"),
];

const STARTS: readonly BadInput[] = [
  ...badStarts("nothing", undefined, "pass its input as { inputData: ... }"),
  ...badStarts("null", null, "pass its input as { inputData: ... }"),
  ...badStarts("the input itself", { n: 1 }, "pass its input as { inputData: ... }"),
  ...badStarts("a text", "hello", "pass its input as { inputData: ... }"),
  ...badStarts(
    "a text as state",
    { inputData: 1, initialState: "x" },
    "initialState must be an object",
  ),
  ...badStarts(
    "a list as state",
    { inputData: 1, initialState: [] },
    "initialState must be an object",
  ),
  ...badStarts(
    "null as state",
    { inputData: 1, initialState: null },
    "initialState must be an object",
  ),
  ...badStarts("an unknown option", { inputData: 1, state: {} }, 'it has no option "state"'),
  ...[-1, Number.NaN, "5", null, Number.POSITIVE_INFINITY].map((delayMs) =>
    row(
      `enqueue() with a delay of ${String(delayMs)} (${typeof delayMs})`,
      ({ fresh }) => call(fresh, "enqueue", { inputData: 1, delayMs }),
      CODE,
      "delayMs must be ",
    ),
  ),
];

/** Options that are checked when the run is started. */
const KEYS: readonly BadInput[] = (
  [
    ["an empty key", { idempotencyKey: "" }, "idempotencyKey must be a text of 1 to 200"],
    ["a NUL in its key", { idempotencyKey: "a\0" }, "idempotencyKey must be a text"],
    ["half a character as its key", { idempotencyKey: "\ud800" }, "idempotencyKey must be a text"],
    ["a number as its key", { idempotencyKey: 7 }, "idempotencyKey must be a text"],
    ["a long key", { idempotencyKey: "x".repeat(201) }, "idempotencyKey must be a text"],
    ["a text as tags", { tags: "x" }, "tags must be a list of at most 20"],
    ["too many tags", { tags: Array(21).fill("x") }, "tags must be a list of at most 20"],
    ["an empty tag", { tags: [""] }, "every tag must be a text of 1 to 200 characters"],
    ["a number as a tag", { tags: [7] }, "every tag must be a text"],
  ] as const
).map(([name, options, message]) =>
  row(
    `a run started with ${name}`,
    async ({ engine, open }) =>
      call((await call(engine, "createRun", open, options)) as object, "start", { inputData: 1 }),
    CODE,
    message,
  ),
);

const MISMATCHES: readonly BadInput[] = [
  row(
    "input of another type",
    async ({ engine }) =>
      call(await engine.createRun(countingWorkflow(1)), "start", { inputData: "x" }),
    "VALIDATION_FAILED",
    'Cannot start workflow "counting": invalid input: ',
    "ValidationError",
  ),
  row(
    "input without a field",
    async ({ engine }) =>
      call(await engine.createRun(countingWorkflow(1)), "enqueue", { inputData: {} }),
    "VALIDATION_FAILED",
    "invalid input: n: ",
    "ValidationError",
  ),
  row(
    "a run id that another input has",
    async ({ engine }) =>
      (await engine.createRun(countingWorkflow(1), "done")).start({ inputData: { n: 2 } }),
    "RUN_CONFLICT",
    'run id "done" belongs to a run with other input; use another one',
  ),
  row(
    "a run id that another workflow has",
    async ({ engine, open }) => (await engine.createRun(open, "done")).start({ inputData: 1 }),
    "RUN_CONFLICT",
    'run id "done" belongs to a run of workflow "counting"; use another one',
  ),
];

const RESUMES: readonly BadInput[] = [
  row("resume() of no run", ({ engine }) => engine.resume("none"), "RUN_NOT_FOUND", 'run "none"'),
  badEngineCall("a number as run id", "resume", [7], "its id must be a text: got number"),
  badEngineCall(
    "a NUL in the run id",
    "resume",
    ["a\0"],
    "its id must be a text: got one with a NUL",
  ),
  badEngineCall("null as options", "resume", ["asking", null], "options must be an object"),
  badEngineCall(
    "a path instead of options",
    "resume",
    ["asking", "ask"],
    "options must be an object",
  ),
  badEngineCall("an unknown option", "resume", ["asking", { data: 1 }], 'it has no option "data"'),
  badEngineCall("a number as step", "resume", ["asking", { step: 7 }], "step must be a text"),
  row(
    "resume() of a run that is over",
    ({ engine }) => engine.resume("done", { resumeData: 1 }),
    "NOT_SUSPENDED",
    'its status is "success" and nothing in it is suspended',
  ),
  row(
    "resume() of a step that does not wait",
    ({ engine }) => engine.resume("asking", { step: "other", resumeData: 1 }),
    "NOT_SUSPENDED",
    'step "other" is not suspended; suspended are "ask"',
  ),
  row(
    "resume() with data of another type",
    ({ engine }) => engine.resume("strict", { step: "ask", resumeData: 7 }),
    "VALIDATION_FAILED",
    'Cannot resume step "ask" of run "strict": invalid resumeData: ',
    "ValidationError",
  ),
  row(
    "resume() without the data that is asked for",
    ({ engine }) => engine.resume("strict"),
    "VALIDATION_FAILED",
    "invalid resumeData: ",
    "ValidationError",
  ),
];

const EVENTS: readonly BadInput[] = [
  badEngineCall("nothing", "sendEvent", [], "Cannot send an event: its name"),
  badEngineCall("an empty name", "sendEvent", [""], 'its name "" is empty'),
  badEngineCall("a slash in its name", "sendEvent", ["a/b"], "contains one of / [ ] #"),
  badEngineCall("the name __proto__", "sendEvent", ["__proto__"], "is a reserved word"),
  badEngineCall("null as options", "sendEvent", ["paid", 1, null], "options must be an object"),
  badEngineCall("an unknown option", "sendEvent", ["x", 1, { id: "e" }], 'it has no option "id"'),
  badEngineCall(
    "a number as match",
    "sendEvent",
    ["x", 1, { match: 7 }],
    "its match must be a text",
  ),
  badEngineCall(
    "a NUL in its match",
    "sendEvent",
    ["x", 1, { match: "\0" }],
    "its match must be a",
  ),
  badEngineCall(
    "a number as event id",
    "sendEvent",
    ["x", 1, { eventId: 7 }],
    "its eventId must be",
  ),
  row(
    "sendEvent() with a payload that the wait refuses",
    ({ engine }) => engine.sendEvent("paid", "much"),
    "VALIDATION_FAILED",
    'Cannot send event "paid": invalid payload: ',
    "ValidationError",
  ),
];

const TICKS: readonly BadInput[] = [
  badEngineCall("null", "tick", [null], "options must be an object"),
  badEngineCall("a number", "tick", [50_000], "options must be an object"),
  badEngineCall("an unknown option", "tick", [{ budget: 5 }], 'it has no option "budget"'),
  badEngineCall(
    "a negative budget",
    "tick",
    [{ budgetMs: -1 }],
    "budgetMs must be a number from 0",
  ),
  badEngineCall("a text as limit", "tick", [{ limit: "all" }], "limit must be a number from 0 up"),
  badEngineCall("no room", "tick", [{ concurrency: 0 }], "concurrency must be a number above 0"),
  badEngineCall("nothing", "work", [], "options must be an object"),
  badEngineCall("no signal", "work", [{}], "signal must be an AbortSignal"),
  badEngineCall("a text as signal", "work", [{ signal: "stop" }], "signal must be an AbortSignal"),
];

const UNKNOWN_RUNS: readonly BadInput[] = [
  ...["cancel", "retry", "advance", "explain", "deleteRun"].flatMap((method) => [
    row(
      `${method}() of no run`,
      ({ engine }) => call(engine, method, "none"),
      "RUN_NOT_FOUND",
      'Cannot find run "none": it was never stored, or was deleted',
    ),
    badEngineCall("nothing as run id", method, [], "its id must be a text: got undefined"),
    badEngineCall("an object as run id", method, [{ runId: "done" }], "its id must be a text"),
  ]),
  row(
    "retry() of a run that has not failed",
    ({ engine }) => engine.retry("done"),
    "NOT_FAILED",
    'Cannot retry run "done": its status is "success"',
  ),
  row(
    "deleteRun() of a run that is not over",
    ({ engine }) => engine.deleteRun("asking"),
    "RUN_IN_PROGRESS",
    'Cannot delete run "asking": its status is "suspended"; cancel it first',
  ),
  badEngineCall("null as options", "retry", ["done", null], "options must be an object"),
];

/** Every wrong call of an engine or a run. */
export const BAD_CALLS: readonly BadInput[] = [
  ...ENGINES,
  ...RUNS,
  ...STARTS,
  ...KEYS,
  ...MISMATCHES,
  ...RESUMES,
  ...EVENTS,
  ...TICKS,
  ...UNKNOWN_RUNS,
];
