/** The harness must see each sort of broken promise, or it proves nothing by seeing none. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode, encode } from "../../serialize.ts";
import {
  type Claim,
  type Commit,
  type StorageOptions,
  WorkflowStorage,
  type WriteState,
} from "../../storage.ts";
import { calmPlan } from "./cases.ts";
import type { Ended } from "./course.ts";
import { judge, provePlan } from "./judge.ts";
import { named } from "./named-shapes.ts";
import type { Manner, Plan } from "./plan.ts";
import { SOUND_BUILD } from "./process.ts";
import { IN_MEMORY } from "./stages.ts";
import { violationOf } from "./suites.ts";
import { tamperingStage } from "./tampering.ts";
import { Violation } from "./violation.ts";

/** Somebody changes the database in the middle of a course. */
interface Tampering {
  /** How the violation begins that is seen then, at one moment at least. */
  readonly seen: string;
  readonly shape: string;
  readonly sql: string | readonly string[];
  /** @default patient */
  readonly manner?: Manner;
  /** Whether a request of a dead process arrives once the run is over. @default false */
  readonly isLate?: boolean;
}

const RUN = "UPDATE wrkflw_workflow_runs SET";
const STEP = "UPDATE wrkflw_steps SET";
const GIVEN_TWICE = `INSERT INTO wrkflw_events (name, match_key, event_id, sent_at, run_id, path)
  SELECT name, match_key, 'other', 0, run_id, path FROM wrkflw_events WHERE run_id IS NOT NULL`;
const ONLOOKER = "INSERT INTO wrkflw_event_waits VALUES ('x', 'y', 'other', '', 0)";
const LEFT_LYING = `INSERT INTO wrkflw_events (name, match_key, event_id, sent_at)
  SELECT name, match_key, 'other', 0 FROM wrkflw_event_waits`;
const EARLY = `INSERT OR IGNORE INTO wrkflw_steps
    (run_id, first_seq, path, attempt, seq, kind, status, output, started_at, ended_at)
  SELECT run_id, first_seq, path, attempt + 1, seq + 1, kind, 'success', input, started_at, ended_at
  FROM wrkflw_steps WHERE kind = 'sleep' AND status = 'suspended'`;
const OPEN = `INSERT INTO wrkflw_steps (run_id, first_seq, path, attempt, seq, kind, status, started_at, ended_at)
  VALUES ('r', 99, 'open', 1, 99, 'sleep', 'suspended', 0, 0)`;

/** What somebody does, and what is seen of it. */
const TAMPERINGS: readonly Tampering[] = [
  {
    seen: "safety: Record before@1 was",
    shape: "suspension",
    sql: `${STEP} output = '99' WHERE path = 'before'`,
  },
  {
    seen: "safety: Record asks@1 was",
    shape: "suspension",
    sql: "DELETE FROM wrkflw_steps WHERE path = 'asks'",
  },
  { seen: "safety: epoch fell", shape: "suspension", sql: `${RUN} epoch = epoch - 5` },
  { seen: "safety: recorded fell", shape: "suspension", sql: `${RUN} recorded = 0` },
  { seen: "safety: signals fell", shape: "suspension", sql: `${RUN} signals = -1` },
  {
    seen: "safety: status of a run that is over became failed",
    shape: "steps",
    sql: `${RUN} status = 'failed'`,
    isLate: true,
  },
  {
    seen: "safety: result of a run that is over became 99",
    shape: "steps",
    sql: `${RUN} result = '99'`,
    isLate: true,
  },
  {
    seen: "safety: failure of a run that is over became {}",
    shape: "steps",
    sql: `${RUN} failure = '{}'`,
    isLate: true,
  },
  {
    seen: "safety: epoch of a run that is over became",
    shape: "steps",
    sql: `${RUN} epoch = epoch + 1`,
    isLate: true,
  },
  {
    seen: "safety: two attempt 1 turn 0 began before one attempt 1 turn 0 was recorded",
    shape: "steps",
    sql: "DELETE FROM wrkflw_steps",
  },
  {
    seen: "safety: one attempt 1 turn 0 was recorded and began again",
    shape: "steps",
    sql: "DELETE FROM wrkflw_workflow_runs",
    isLate: true,
  },
  {
    seen: "safety: one attempt 1 turn 0 began after the run was over",
    shape: "steps",
    sql: `${RUN} status = 'success', due_at = NULL`,
  },
  {
    seen: "safety: two attempt 1 turn 0 began with another result of one",
    shape: "steps",
    sql: `${STEP} logs = '[]'`,
  },
  {
    seen: "safety: Execution before attempt 1 turn 0 began 2 times with 0 deaths",
    shape: "suspension",
    sql: "DELETE FROM wrkflw_steps",
  },
  { seen: "safety: sleep#2 went on at", shape: "sleeps", sql: EARLY },
  {
    seen: "safety: The pause after attempt 1 of long is over at",
    shape: "retries",
    sql: `${STEP} wait = json_set(wait, '$.until', wait ->> '$.until' - 1) WHERE path = 'long'`,
  },
  {
    seen: "safety: reached fell",
    shape: "suspension",
    sql: [`${RUN} reached = -1`, `${STEP} reached = -1`],
  },
  {
    seen: "safety: The resumption of asks",
    shape: "suspension",
    sql: "DELETE FROM wrkflw_steps WHERE status = 'resumed'",
  },
  {
    seen: 'safety: asks {"turn":1} was resumed 2 times',
    shape: "suspension",
    sql: "DELETE FROM wrkflw_steps WHERE status = 'resumed'",
    manner: "eager",
  },
  {
    seen: "safety: asks waits, and its resumption was refused",
    shape: "suspension",
    sql: `${RUN} status = 'blocked', due_at = NULL`,
  },
  { seen: "safety: An event is waited for though it is there", shape: "events", sql: LEFT_LYING },
  { seen: "safety: An event is waited for by a run that is over", shape: "events", sql: ONLOOKER },
  { seen: "safety: An event was given to a wait that had one", shape: "events", sql: GIVEN_TWICE },
  {
    seen: "safety: 1 waits for paid took 0 events",
    shape: "events",
    sql: "DELETE FROM wrkflw_events WHERE run_id IS NOT NULL",
  },
  { seen: "safety: Places wait though the run is over: open", shape: "steps", sql: OPEN },
  { seen: "safety: Two records have the same place", shape: "steps", sql: `${STEP} seq = 1` },
  { seen: "safety: It came to", shape: "steps", sql: `${RUN} result = '99'`, isLate: true },
  {
    seen: "liveness: a run that is pending is due at null",
    shape: "suspension",
    sql: `${RUN} status = 'pending', due_at = NULL`,
  },
  {
    seen: "liveness: a run that is pending is due at 17",
    shape: "suspension",
    sql: `${RUN} due_at = due_at + 1000000000`,
  },
  {
    seen: "liveness: a run that is running is due at 17",
    shape: "long-step",
    sql: `${RUN} due_at = due_at + 5000 WHERE status = 'running'`,
  },
  {
    seen: "liveness: The run is claimed, and nobody works on it",
    shape: "suspension",
    sql: `${RUN} status = 'running', due_at = due_at + 20000`,
  },
  {
    seen: "liveness: Nothing can wake the run",
    shape: "suspension",
    sql: `${RUN} status = 'waiting', due_at = NULL`,
  },
  {
    seen: "liveness: The run is stuck",
    shape: "sleeps",
    sql: `${STEP} wait = NULL WHERE kind = 'sleep'`,
  },
  {
    seen: "liveness: The run is blocked",
    shape: "suspension",
    sql: `${RUN} status = 'blocked', due_at = 1`,
  },
  {
    seen: "liveness: The run was never stored",
    shape: "steps",
    sql: "DELETE FROM wrkflw_workflow_runs",
    isLate: true,
  },
];

for (const tampering of TAMPERINGS) {
  const { seen, sql } = tampering;
  Deno.test(`when a run is tampered with, this is seen: ${seen}`, async () => {
    const others = new Set<string>();
    for (let at = 1; ; at++) {
      const stage = tamperingStage(at, [sql].flat());
      const first = await firstLineOf(planOf(tampering), stage);
      if (first.startsWith(seen)) return;
      others.add(first);
      assert(stage.requests() >= at, `Seen was only: ${[...others].join("\n")}`);
    }
  });
}

function planOf({ shape, manner, isLate = false }: Tampering): Plan {
  const plan = calmPlan(shaped(shape), manner);
  if (!isLate) return plan;
  const late = { faults: [{ call: 5, mode: "late", calls: 1_000 } as const] };
  return { ...plan, processes: [late, ...plan.processes] };
}

function shaped(name: string) {
  const [shape] = named(name);
  assert(shape !== undefined);
  return shape;
}

/** The engine itself may refuse a database that was tampered with. */
async function firstLineOf(plan: Plan, stage: typeof IN_MEMORY): Promise<string> {
  const found = await violationOf(plan, stage).catch((error: Error) => error);
  return found?.message.split("\n")[0] ?? "nothing";
}

/** Never comes back from a write. */
class SilentStorage extends WorkflowStorage {
  override commit(_build: () => Commit): Promise<WriteState> {
    return new Promise(() => {});
  }
}

/** Finds no run, though one is due. */
class BlindStorage extends WorkflowStorage {
  override claimMany(): Promise<Claim[]> {
    return Promise.resolve([]);
  }
}

for (const [Storage, seen] of [
  [SilentStorage, "liveness: A call to the engine never ends"],
  [BlindStorage, "liveness: The run is stuck"],
] as const) {
  Deno.test(`of a ${Storage.name} this is seen: ${seen}`, async () => {
    const build = { ...SOUND_BUILD, storage: (options: StorageOptions) => new Storage(options) };
    const first = await firstLineOf(calmPlan(shaped("events"), "eager"), { ...IN_MEMORY, build });
    assertStringIncludes(first, seen);
  });
}

const FIRST = "sets attempt 1 turn 0";

/** What is said of an ending in which one thing is not as it was. */
const FALSIFIED: Readonly<Record<string, (ended: Ended) => Partial<Ended>>> = {
  "safety: There should be no execution no": (ended) => executed(ended, "no", 1),
  "safety: Execution sets attempt 1 turn 0 began 2 times with 0 deaths": (ended) =>
    executed(ended, FIRST, 2),
  "liveness: Execution sets attempt 1 turn 0 never began": ({ executions }) => ({
    executions: new Map([...executions].filter(([id]) => id !== FIRST)),
  }),
  "safety: Execution sets attempt 1 turn 0 left no record": ({ steps }) => ({
    steps: steps.filter(({ path }) => path !== "sets"),
  }),
  "safety: State has extra": (ended) => stateful(ended, { extra: 1 }),
  "safety: State at shared is 0": (ended) => stateful(ended, { shared: 0 }),
  "safety: Two records have the same place": ({ steps }) => ({
    steps: steps.map((step) => ({ ...step, seq: 1 })),
  }),
  "safety: Place sets has a record twice": ({ steps }) => ({
    steps: [
      ...steps,
      ...steps.map((step) => ({ ...step, seq: step.seq + 50, firstSeq: step.seq + 50 })),
    ],
  }),
  "safety: Records of place sets lie apart": ({ steps }) => ({
    steps: steps.map((step) => ({ ...step, firstSeq: step.seq + 50 })),
  }),
  "safety: It came to": ({ run }) => ({ run: { ...run, result: "99" } }),
};

function executed({ executions }: Ended, id: string, count: number): Partial<Ended> {
  return { executions: new Map([...executions, [id, count]]) };
}

function stateful({ run }: Ended, changed: Record<string, number>): Partial<Ended> {
  const state = { ...(decode(run.state ?? "{}") as object), ...changed };
  return { run: { ...run, state: encode(state, "the state") } };
}

Deno.test("an ending is judged by its executions, records, state and result", async () => {
  const plan = calmPlan(shaped("state"));
  const ended = await provePlan(plan);
  for (const [seen, change] of Object.entries(FALSIFIED)) {
    const falsified = { ...ended, ...change(ended) };
    assertThrows(() => judge(plan.expected, falsified), Violation, seen);
  }
});

Deno.test("what a dead world's processes still ask for does not reach the next one", async () => {
  const first = await IN_MEMORY.world(1);
  await first.storage().init();
  await first[Symbol.asyncDispose]();
  const refused = await first.client.execute({ sql: "SELECT 1", args: [] }).catch(String);
  assertEquals(refused, "Error: The world has ended");
});
