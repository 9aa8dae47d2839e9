/** Wrong definitions of steps and workflows. */
import { z } from "npm:zod@4.6.7";
import { cloneStep, createStep } from "../../step.ts";
import { cloneWorkflow } from "../../workflow.ts";
import { createWorkflow } from "../../workflow-builder.ts";
import { type BadInput, call, row } from "./bad-input.ts";

const CODE = "INVALID_DEFINITION";
const door = { createStep, cloneStep, createWorkflow, cloneWorkflow };
const good = {
  id: "good",
  inputSchema: z.number(),
  outputSchema: z.number(),
  execute: ({ inputData }: { inputData: number }) => inputData,
};
const step = createStep(good);
const number = (id: string) => createWorkflow({ ...good, id });
const YES = () => true;

function badStep(name: string, change: unknown, message: string): BadInput {
  const config = isPlain(change) ? { ...good, ...change } : change;
  return row(`a step defined by ${name}`, () => call(door, "createStep", config), CODE, message);
}

function badWorkflow(name: string, change: unknown, message: string): BadInput {
  const config = isPlain(change) ? { ...good, ...change } : change;
  const ask = () => call(door, "createWorkflow", config);
  return row(`a workflow defined by ${name}`, ask, CODE, message);
}

/** A call of a builder's method. */
function badCall(name: string, method: string, args: unknown[], message: string): BadInput {
  return row(
    `${method}() with ${name}`,
    () => call(number("flow"), method, ...args),
    CODE,
    message,
  );
}

/** A wait that is no time, which says so like one that a function gives. */
function badWait(name: string, method: string, args: unknown[], message: string): BadInput {
  return { ...badCall(name, method, args, message), code: "INVALID_ARGUMENT" };
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const BAD_IDS: readonly (readonly [name: string, id: unknown, message: string])[] = [
  ["no id", undefined, "is not a string: use letters, digits and dashes"],
  ["an empty id", "", "is empty"],
  ["an id of blanks", "  ", "is empty"],
  ["a number as its id", 7, "is not a string"],
  ["a long id", "x".repeat(201), "is longer than 200 characters"],
  ["a slash in its id", "a/b", "contains one of / [ ] #"],
  ["a bracket in its id", "a[0]", "contains one of / [ ] #"],
  ["a hash in its id", "a#2", "contains one of / [ ] #"],
  ["a NUL in its id", "a\0", "contains a control character"],
  ["a line break in its id", "a\nb", "contains a control character"],
  ["half a character as its id", "\ud800", "contains half of a surrogate pair"],
  ["the id __proto__", "__proto__", "is a reserved word"],
  ["the id constructor", "constructor", "is a reserved word"],
  ["the id ..", "..", "is a reserved word"],
];

const STEPS: readonly BadInput[] = [
  badStep("nothing", undefined, "A step is defined by an object: got undefined"),
  badStep("null", null, "A step is defined by an object: got null"),
  badStep("a text", "good", "A step is defined by an object: got"),
  ...BAD_IDS.map(([name, id, message]) => badStep(name, { id }, message)),
  badStep("no input schema", { inputSchema: undefined }, "inputSchema must be a Standard Schema"),
  badStep(
    "an object as a schema",
    { inputSchema: { type: "string" } },
    "such as z.object({ ... })",
  ),
  badStep("no output schema", { outputSchema: null }, "outputSchema must be a Standard Schema"),
  badStep("a state schema of 7", { stateSchema: 7 }, "stateSchema must be a Standard Schema"),
  badStep("a resume schema of 7", { resumeSchema: 7 }, "resumeSchema must be a Standard Schema"),
  badStep("a suspend schema of 7", { suspendSchema: 7 }, "suspendSchema must be a Standard Schema"),
  badStep("no execute", { execute: undefined }, "execute must be a function"),
  badStep("a text as execute", { execute: "x" }, "execute must be a function"),
  badStep("negative retries", { retries: -1 }, "retries must be a number from 0 up: got -1"),
  badStep("a text as retries", { retries: "3" }, "retries must be a number from 0 up: got 3"),
  badStep("a number as retry", { retry: 3 }, "retry is defined by an object: got"),
  badStep("null as retry", { retry: null }, "retry is defined by an object: got null"),
  badStep("no attempts", { retry: { attempts: 0 } }, "retry.attempts must be a number from 1 up"),
  badStep("a pause of a text", { retry: { initialMs: "1s" } }, "retry.initialMs must be a number"),
  badStep("a factor below 1", { retry: { factor: 0.5 } }, "retry.factor must be a number from 1"),
  badStep("a negative limit of pauses", { retry: { maxMs: -1 } }, "retry.maxMs must be a number"),
  badStep("a retryIf of a text", { retry: { retryIf: "x" } }, "retry.retryIf must be a function"),
  badStep("no time", { timeoutMs: 0 }, "timeoutMs must be a number from 1 up: got 0"),
  badStep(
    "a text as its time",
    { timeoutMs: "5s" },
    "timeoutMs must be a number from 1 up: got 5s",
  ),
  badStep("NaN as its time", { timeoutMs: Number.NaN }, "timeoutMs must be a number from 1 up"),
  badStep("more than a lifetime", { timeoutMs: 1e15 }, "timeoutMs must be at most a hundred years"),
  badStep("a former id of 7", { renamedFrom: 7 }, "is not a string"),
];

const WORKFLOWS: readonly BadInput[] = [
  badWorkflow("nothing", undefined, "A workflow is defined by an object: got undefined"),
  badWorkflow("a text", "flow", "A workflow is defined by an object: got"),
  ...BAD_IDS.map(([name, id, message]) => badWorkflow(name, { id }, message)),
  badWorkflow("no input schema", { inputSchema: undefined }, "inputSchema must be a Standard"),
  badWorkflow("no output schema", { outputSchema: 7 }, "outputSchema must be a Standard Schema"),
  badWorkflow("a text as state schema", { stateSchema: "x" }, "stateSchema must be a Standard"),
  badWorkflow("a number as retry", { retry: 3 }, "retry is defined by an object: got"),
  badWorkflow("a negative time", { timeoutMs: -5 }, "timeoutMs must be a number from 1 up: got -5"),
];

const METHODS: readonly BadInput[] = [
  badCall("nothing", "then", [], "then() takes a step or a committed workflow, got undefined"),
  badCall("null", "then", [null], "then() takes a step or a committed workflow, got"),
  badCall("an object", "then", [{ id: "x" }], "then() takes a step or a committed workflow"),
  badCall("a builder that is not committed", "then", [number("inner")], "then() takes a step or"),
  badCall("a function, as await does", "then", [YES], "end it with .commit()"),
  badCall("an object", "map", [{}], "map() takes a function, got object"),
  badCall("nothing", "map", [], "map() takes a function, got undefined"),
  badCall("nothing", "parallel", [], "parallel() takes a list of at least one node"),
  badCall("an empty list", "parallel", [[]], "parallel() takes a list of at least one node"),
  badCall("a step instead of a list", "parallel", [step], "parallel() takes a list"),
  badCall("a number among its nodes", "parallel", [[step, 7]], "parallel() takes a step or"),
  badCall("nothing", "branch", [], "branch() takes a list of [condition, node] pairs"),
  badCall("an empty list", "branch", [[]], "branch() takes a list of at least one node"),
  badCall(
    "steps instead of pairs",
    "branch",
    [[step]],
    "branch() takes a list of [condition, node]",
  ),
  badCall(
    "a condition of true",
    "branch",
    [[[true, step]]],
    "branch() takes a function, got boolean",
  ),
  badCall("an arm without a node", "branch", [[[YES]]], "branch() takes a step or a committed"),
  badCall(
    "null as options",
    "branch",
    [[[YES, step]], null],
    "branch(): options must be an object, got null",
  ),
  badCall(
    "an unknown mode",
    "branch",
    [[[YES, step]], { mode: "last" }],
    'branch() takes the mode "every" or "first", got "last"',
  ),
  badCall("nothing", "foreach", [], "foreach() takes a step or a committed workflow"),
  badCall("a function", "foreach", [YES], "foreach() takes a step or a committed workflow"),
  badCall("no room", "foreach", [step, { concurrency: 0 }], "concurrency must be a number from 1"),
  badCall(
    "a text as room",
    "foreach",
    [step, { concurrency: "2" }],
    "concurrency must be a number",
  ),
  badCall(
    "null as options",
    "foreach",
    [step, null],
    "foreach(): options must be an object, got null",
  ),
  badCall("nothing", "dowhile", [], "dowhile() takes a step or a committed workflow"),
  badCall("no condition", "dowhile", [step], "dowhile() takes a function, got undefined"),
  badCall(
    "a condition of true",
    "dountil",
    [step, true],
    "dountil() takes a function, got boolean",
  ),
  badWait("nothing", "sleep", [], "Cannot wait for undefined: use milliseconds or a text such as"),
  badWait("a text of no unit", "sleep", ["soon"], 'Cannot wait for "soon": use milliseconds or'),
  badWait("a negative length", "sleep", [-1], "Cannot wait for -1"),
  badWait("more than a lifetime", "sleep", [1e15], "it is more than a hundred years"),
  badWait("no moment", "sleepUntil", [], "Cannot wait until undefined: use a Date, an ISO text"),
  badWait(
    "an invalid date",
    "sleepUntil",
    [new Date(Number.NaN)],
    "Cannot wait until Invalid Date",
  ),
  badWait("a text of no date", "sleepUntil", ["soon"], "Cannot wait until soon: use a Date"),
  badCall("no options", "waitForEvent", ["paid"], "An event is defined by an object"),
  badCall("no schema", "waitForEvent", ["paid", {}], 'event "paid": schema must be a Standard'),
  badCall("an empty name", "waitForEvent", ["", { schema: z.number() }], "Event name"),
  badCall(
    "a slash in its name",
    "waitForEvent",
    ["a/b", { schema: z.number() }],
    "contains one of",
  ),
  badCall(
    "a number as its match",
    "waitForEvent",
    ["paid", { schema: z.number(), match: 7 }],
    "its match must be a text",
  ),
  badCall(
    "a negative time",
    "waitForEvent",
    ["paid", { schema: z.number(), timeoutMs: -1 }],
    "timeoutMs must be a number from 0 up",
  ),
  badCall(
    "a value to go on with",
    "waitForEvent",
    ["paid", { schema: z.number(), onTimeout: 0 }],
    "onTimeout must be a function",
  ),
];

const COMMITS: readonly BadInput[] = [
  row(
    "a workflow with one step twice",
    () => number("flow").then(step).then(step).commit(),
    CODE,
    'two of its steps have the id "good"; give one another id with cloneStep(step, { id })',
  ),
  row(
    "a workflow with one workflow twice",
    () => number("flow").then(number("in").commit()).then(number("in").commit()).commit(),
    CODE,
    'two of its workflows have the id "in"; give one another id with cloneWorkflow(workflow, { id })',
  ),
  row(
    "a workflow with one id in two arms",
    () => call(number("flow").parallel([step, step]), "commit"),
    CODE,
    'two of its steps have the id "good"',
  ),
  row(
    "a workflow with a step renamed from one that is there",
    () => call(number("flow").then(step).then(renamed()), "commit"),
    CODE,
    'step "newer" was renamed from "good", and another node has that id now',
  ),
  row(
    "a workflow of too many nodes",
    () => tooMany().commit(),
    CODE,
    "it has 5001 nodes and the limit is 5000; nest workflows",
  ),
  row(
    "a clone without an id",
    () => call(door, "cloneStep", step),
    CODE,
    "A clone is defined by an",
  ),
  row("a clone with a bad id", () => cloneStep(step, { id: "a/b" }), CODE, "contains one of"),
  row("a clone of no step", () => call(door, "cloneStep", {}, { id: "a" }), CODE, "takes a step"),
  row(
    "a workflow's clone without an id",
    () => call(door, "cloneWorkflow", number("flow").commit()),
    CODE,
    "A clone is defined by an object",
  ),
  row(
    "a clone of a builder",
    () => call(door, "cloneWorkflow", number("flow"), { id: "a" }),
    CODE,
    "takes a committed workflow",
  ),
];

function renamed() {
  return createStep({ ...good, id: "newer", renamedFrom: "good" });
}

function tooMany() {
  let builder = number("flow");
  for (let index = 0; index <= 5_000; index++) builder = builder.map(({ inputData }) => inputData);
  return builder;
}

/** Every wrong definition. */
export const BAD_DEFINITIONS: readonly BadInput[] = [
  ...STEPS,
  ...WORKFLOWS,
  ...METHODS,
  ...COMMITS,
];
