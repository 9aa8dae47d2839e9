/** Each function between steps that goes wrong, on a virtual clock. */

import { assert, assertEquals } from "@std/assert";
import { begun, type Flow, found, HOUR_MS, INPUT } from "../testing/between-steps.ts";
import { noting, RUN_ID } from "../testing/construct-cases.ts";
import { counted } from "../testing/execution-counts.ts";
import { Count } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import { createWorkflow } from "../workflow-builder.ts";

/** A function of the user's that never gives what it should. */
type Trouble = () => Promise<never>;

/** Where a function goes wrong. */
interface FunctionCase {
  readonly name: string;
  /** What the error names. */
  readonly place: string;
  /** What is executed, each once, before the function. */
  readonly done: readonly string[];
  readonly build: (executions: string[], trouble: Trouble) => Flow;
}

const twice = { done: ["before", "turn#1"] } as const;
const once = { done: ["before"] } as const;

const FUNCTIONS = {
  map: {
    name: "a mapping",
    place: "map",
    ...once,
    build: (executions, trouble) =>
      begun({ executions }).map(trouble).then(noting("after", executions)).commit(),
  },
  nestedMap: {
    name: "a mapping in a nested workflow",
    place: "nested/map#2",
    done: ["before", "nested/inner"],
    build: (executions, trouble) =>
      begun({ executions })
        .then(
          createWorkflow({ id: "nested", inputSchema: Count, outputSchema: Count })
            .then(noting("inner", executions))
            .map(({ inputData }) => inputData)
            .map(trouble)
            .commit(),
        )
        .then(noting("after", executions))
        .commit(),
  },
  everyArm: {
    name: "a condition of a branch, after one that holds",
    place: "branch",
    ...once,
    build: (executions, trouble) =>
      begun({ executions })
        .branch([
          [() => true, noting("one", executions)],
          [trouble, noting("two", executions)],
        ])
        .map(() => ({ n: 0 }))
        .then(noting("after", executions))
        .commit(),
  },
  firstArm: {
    name: "a condition of a branch of which the first arm counts",
    place: "branch",
    ...once,
    build: (executions, trouble) =>
      begun({ executions })
        .branch([[trouble, noting("one", executions)]], {
          mode: "first",
          otherwise: noting("otherwise", executions),
        })
        .map(() => ({ n: 0 }))
        .then(noting("after", executions))
        .commit(),
  },
  dowhile: {
    name: "the condition of dowhile",
    place: "dowhile[1]",
    ...twice,
    build: (executions, trouble) =>
      begun({ executions })
        .dowhile(noting("turn", executions), trouble)
        .then(noting("after", executions))
        .commit(),
  },
  dountil: {
    name: "the condition of dountil",
    place: "dountil[1]",
    ...twice,
    build: (executions, trouble) =>
      begun({ executions })
        .dountil(noting("turn", executions), trouble)
        .then(noting("after", executions))
        .commit(),
  },
  sleep: {
    name: "the duration of sleep",
    place: "sleep",
    ...once,
    build: (executions, trouble) =>
      begun({ executions }).sleep(trouble).then(noting("after", executions)).commit(),
  },
  sleepUntil: {
    name: "the moment of sleepUntil",
    place: "sleepUntil",
    ...once,
    build: (executions, trouble) =>
      begun({ executions }).sleepUntil(trouble).then(noting("after", executions)).commit(),
  },
  match: {
    name: "the match of waitForEvent",
    place: "waitForEvent",
    ...once,
    build: (executions, trouble) =>
      begun({ executions })
        .waitForEvent("go", { schema: Count, match: trouble })
        .then(noting("after", executions))
        .commit(),
  },
  onTimeout: {
    name: "onTimeout of waitForEvent",
    place: "waitForEvent",
    ...once,
    build: (executions, trouble) =>
      begun({ executions })
        .waitForEvent("go", { schema: Count, timeoutMs: HOUR_MS, onTimeout: trouble })
        .then(noting("after", executions))
        .commit(),
  },
} as const satisfies Readonly<Record<string, FunctionCase>>;

/** The run fails at the function, which is called once; nothing after it is executed, ever. */
async function failsThere(one: FunctionCase, trouble: Trouble) {
  await using world = await World.create();
  const executions: string[] = [];
  let calls = 0;
  const flow = one.build(executions, () => {
    calls++;
    return trouble();
  });
  const run = await world.engine().createRun(flow, RUN_ID);
  const first = await world.effects.until(run.safeStart(INPUT));
  assertEquals(first.status, one.name.startsWith("onTimeout") ? "waiting" : "failed");
  world.effects.advance(HOUR_MS);
  const result = await found(world, flow);
  world.effects.advance(HOUR_MS);
  assertEquals(await found(world, flow), result);
  assertEquals([counted(executions), calls], [counted(one.done), 1]);
  assert(result.status === "failed", result.status);
  assertEquals(result.error.step, one.place);
  return result.error;
}

const WAYS: Readonly<Record<string, Trouble>> = {
  "that throws": () => {
    throw new TypeError("boom");
  },
  "that gives a rejected promise": () => Promise.reject(new TypeError("boom")),
};

for (const one of Object.values(FUNCTIONS)) {
  for (const [way, trouble] of Object.entries(WAYS)) {
    Deno.test(`${one.name} ${way} fails the run there, and nothing after it is executed`, async () => {
      const { name, message } = await failsThere(one, trouble);
      assertEquals([name, message], ["TypeError", "boom"]);
    });
  }
}

const BAD_DURATION = 'use milliseconds or a text such as "90s", "5m", "2h", "7d"';
const BAD_MOMENT = "use a Date, an ISO text or milliseconds since 1970";
const BAD_MATCH =
  'Cannot wait for event "go": its match must be a text of at most 200 characters without control characters: got';

/** What a function gives that cannot be used, and what the run says about it. */
const BAD_VALUES: readonly (readonly [FunctionCase, value: unknown, message: string])[] = [
  [FUNCTIONS.sleep, "nonsense", `Cannot wait for "nonsense": ${BAD_DURATION}`],
  [FUNCTIONS.sleep, -1, `Cannot wait for -1: ${BAD_DURATION}`],
  [FUNCTIONS.sleep, undefined, `Cannot wait for undefined: ${BAD_DURATION}`],
  [FUNCTIONS.sleep, 1e300, "Cannot wait for 1e+300: it is more than a hundred years"],
  [FUNCTIONS.sleepUntil, new Date(Number.NaN), `Cannot wait until Invalid Date: ${BAD_MOMENT}`],
  [FUNCTIONS.sleepUntil, "soon", `Cannot wait until soon: ${BAD_MOMENT}`],
  [FUNCTIONS.sleepUntil, null, `Cannot wait until null: ${BAD_MOMENT}`],
  [FUNCTIONS.match, 5, BAD_MATCH],
  [FUNCTIONS.match, undefined, BAD_MATCH],
];

for (const [one, value, expected] of BAD_VALUES) {
  Deno.test(`${one.name} that gives ${String(value)} fails the run there, and says what it takes`, async () => {
    const { message, code } = await failsThere(one, () => value as never);
    assert(message.startsWith(expected), message);
    assertEquals(code, "INVALID_ARGUMENT");
  });
}
