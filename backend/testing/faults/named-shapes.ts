/** Workflows of every form; what each must come to is foretold by the model. */
import type { WorkflowPiece } from "../random-workflow.ts";
import { event, flow, mapReading, missingEvent, parallel, retrying, step } from "./pieces.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Every shape by what it shows, in the order in which the table names them. */
export const SHAPES: readonly WorkflowPiece[] = [
  flow("steps", step("one"), step("two", { takesMs: 20 }), mapReading("one"), step("three")),
  flow("retries", retrying("short", 2, 700), retrying("long", 1, 100_000), step("after")),
  flow(
    "time-outs",
    retrying("hangs", 1, 100, { fails: "hang" }),
    retrying("told", 1, 20_000, { fails: "retryAfter" }),
    step("after"),
  ),
  flow("out-of-attempts", step("before"), step("breaks", { failures: 2, attempts: 2 }), step("no")),
  flow(
    "sleeps",
    step("before"),
    { kind: "sleep", ms: 2_000 },
    { kind: "sleep", ms: HOUR_MS },
    step("between"),
    { kind: "sleepUntil", ms: 3 * HOUR_MS },
    step("after"),
  ),
  flow("events", step("before"), event("paid"), step("between"), event("sent"), step("after")),
  flow(
    "two-waits",
    parallel(flow("a", event("paid"), step("first")), flow("b", event("paid"), step("second"))),
  ),
  flow("missing-event", step("before"), missingEvent("never", 30_000, false), step("after")),
  flow("failing-event", step("before"), missingEvent("must", MINUTE_MS, true), step("no")),
  flow("suspension", step("before"), step("asks", { suspends: 2, adds: 5 }), step("after")),
  flow(
    "nesting",
    step("before"),
    flow("outer", step("in"), flow("inner", step("deep"), mapReading("deep")), step("out")),
    step("after"),
  ),
  flow(
    "parallel",
    parallel(
      step("plain", { takesMs: 20 }),
      step("asks", { suspends: 1 }),
      retrying("retries", 1, 50_000),
      flow("nested", { kind: "sleep", ms: MINUTE_MS }, step("slept")),
    ),
    step("after"),
  ),
  flow(
    "parallel-failure",
    parallel(
      step("asks", { suspends: 1 }),
      step("breaks", { failures: 1, fails: "final", takesMs: 20 }),
    ),
    step("no"),
  ),
  flow(
    "branch",
    step("before"),
    {
      kind: "branch",
      arms: [
        { divisor: 1, unit: step("always") },
        { divisor: 2, unit: step("even", { suspends: 1 }) },
        { divisor: 5, unit: step("never") },
      ],
      otherwise: null,
      mode: "every",
      throws: false,
    },
    {
      kind: "branch",
      arms: [{ divisor: 999, unit: step("not") }],
      otherwise: flow("otherwise", step("other")),
      mode: "first",
      throws: false,
    },
  ),
  flow(
    "foreach",
    { kind: "foreach", items: 3, concurrency: 2, unit: retrying("item", 1, 20_000) },
    {
      kind: "foreach",
      items: 2,
      concurrency: 1,
      unit: flow("each", step("first"), { kind: "sleep", ms: 10_000 }, step("then")),
    },
  ),
  flow(
    "loops",
    { kind: "dowhile", turns: 2, throws: false, unit: step("asks", { suspends: 1 }) },
    { kind: "dountil", turns: 3, throws: false, unit: flow("turn", step("body")) },
    step("after"),
  ),
  flow(
    "state",
    step("sets", { sets: "shared" }),
    retrying("again", 1, 30_000, { sets: "shared", readsShared: true }),
    step("asks", { sets: "shared", readsShared: true, suspends: 1 }),
    step("reads", { readsShared: true }),
  ),
  flow(
    "bail",
    flow("inner", step("first"), step("bails", { bails: true }), step("no")),
    step("on"),
  ),
  flow(
    "long-step",
    step("before"),
    step("ready"),
    step("long", { takesMs: 70_000 }),
    step("after"),
  ),
  flow(
    "resumed-at-work",
    parallel(
      step("asks", { suspends: 1 }),
      flow("beside", event("early"), step("works", { takesMs: 12_000 })),
      step("busy", { takesMs: 12_000 }),
    ),
    step("after"),
  ),
];

/** Long enough for many processes to die in. */
export const MANY_STEPS: WorkflowPiece = flow(
  "many-steps",
  ...Array.from({ length: 12 }, (_, index) => step(`step-${index + 1}`)),
);

/** Of which pairs of faults and all pause points of two workers are tried as well. */
export const DEEP_SHAPES: readonly WorkflowPiece[] = named(
  "steps",
  "retries",
  "events",
  "suspension",
  "nesting",
  "parallel",
  "foreach",
  "state",
);

/** Of which every fault is paired with every other: short, and of many constructs. */
export const PAIRED_SHAPES: readonly WorkflowPiece[] = named(
  "steps",
  "retries",
  "sleeps",
  "events",
  "missing-event",
  "nesting",
  "parallel-failure",
  "bail",
);

/** The shapes with these names. */
export function named(...names: readonly string[]): WorkflowPiece[] {
  return names.map((name) => {
    const shape = [...SHAPES, MANY_STEPS].find(({ id }) => id === name);
    if (shape === undefined) throw new Error(`No shape is called "${name}"`);
    return shape;
  });
}
