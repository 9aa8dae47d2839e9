/**
 * Deliberate breaks of the write protocol, made from outside of it. The harness must catch each,
 * or it proves nothing.
 */
import { type StorageOptions, WorkflowStorage } from "../../storage.ts";
import { ForgetfulClient, SpitefulClient, SplittingClient } from "./broken-clients.ts";
import {
  AttemptlessStorage,
  LateAskingStorage,
  ScatteringStorage,
  StatelessStorage,
  TimelessStorage,
  TrustingStorage,
  UnrenewingStorage,
  WriteBehindStorage,
} from "./broken-storages.ts";
import type { Manner } from "./plan.ts";
import { type Build, type Site, SOUND_BUILD } from "./process.ts";
import { RewritingClient } from "./rewriting-client.ts";
import type { SuiteName } from "./suites.ts";
import { RUN_ID } from "./witness.ts";

/** A break of the protocol. */
export interface Defect {
  readonly name: string;
  /** Whether every shape still comes to its end when nothing goes wrong. */
  readonly isQuiet: boolean;
  /** Which suite is to catch it, and over which shapes. */
  readonly suite: SuiteName;
  readonly shapes: readonly string[];
  /** @default any */
  readonly manner?: Manner;
  /** @param onUse Told whenever the break took effect. */
  readonly build: (onUse: () => void) => Build;
}

type Rewrite = readonly [find: RegExp, replace: string | ((site: Site) => string)];

/** Statements are found by their text: one that is worded otherwise must be sought anew. */
function rewriting(...rewrites: readonly Rewrite[]): Defect["build"] {
  return (onUse) => ({
    ...SOUND_BUILD,
    client: (client, site) =>
      new RewritingClient(client, (sql) => {
        const broken = rewrites.reduce(
          (text, [find, replace]) =>
            text.replaceAll(find, typeof replace === "string" ? replace : replace(site)),
          sql,
        );
        if (broken !== sql) onUse();
        return broken;
      }),
  });
}

function storedBy(Storage: new (options: StorageOptions) => WorkflowStorage): Defect["build"] {
  return (onUse) => ({
    ...SOUND_BUILD,
    storage: (options) => {
      onUse();
      return new Storage(options);
    },
  });
}

/** How a batch finds what it has written itself. */
const OWN_MARK = /^(\s*SELECT[^;]*)\b(claim|write)_id = \?/;
const FENCE = /\bepoch = \?/g;

/** Every break, by what is wrong. */
export const DEFECTS: readonly Defect[] = [
  {
    name: "no fence: whoever lost a run writes on",
    isQuiet: true,
    suite: "two workers",
    shapes: ["steps", "suspension"],
    build: rewriting([FENCE, "? IS NOT NULL"]),
  },
  {
    name: "the fence is the name of the host instead of a number",
    isQuiet: true,
    suite: "single faults",
    shapes: ["steps", "sleeps"],
    build: rewriting(
      [
        /SET epoch = epoch \+ 1, status = 'running'/g,
        ({ host }) => `SET epoch = epoch + 1, tags = '["host-${host}"]', status = 'running'`,
      ],
      [
        FENCE,
        ({ host }) => `(? IS NOT NULL AND COALESCE(tags, '["host-1"]') = '["host-${host}"]')`,
      ],
    ),
  },
  {
    name: "a claim does not raise the epoch",
    isQuiet: true,
    suite: "two workers",
    shapes: ["steps", "sleeps"],
    build: rewriting([
      /SET epoch = epoch \+ 1, status = 'running'/g,
      "SET epoch = epoch, status = 'running'",
    ]),
  },
  {
    name: "records are updated when they conflict",
    isQuiet: true,
    suite: "single faults",
    shapes: ["suspension"],
    manner: "eager",
    build: rewriting([
      /(INSERT INTO wrkflw_steps[^;]*)ON CONFLICT DO NOTHING/g,
      `$1ON CONFLICT (run_id, first_seq, path, attempt) DO UPDATE SET status = excluded.status,
         output = excluded.output, wait = excluded.wait, ended_at = excluded.ended_at`,
    ]),
  },
  {
    name: "what belongs in one batch goes in several",
    isQuiet: true,
    suite: "patient single faults on a wire",
    shapes: ["events"],
    build: (onUse) => ({
      ...SOUND_BUILD,
      client: (client) => {
        onUse();
        return new SplittingClient(client);
      },
    }),
  },
  {
    name: "a run fails when its write is not answered",
    isQuiet: true,
    suite: "single faults",
    shapes: ["steps"],
    build: (onUse) => ({
      ...SOUND_BUILD,
      client: (client) => {
        onUse();
        const revenge =
          "UPDATE wrkflw_workflow_runs SET status = 'failed', due_at = NULL WHERE status = 'running'";
        return new SpitefulClient(client, revenge);
      },
    }),
  },
  {
    name: "no write id: a batch that is sent again is not recognised",
    isQuiet: true,
    suite: "single faults",
    shapes: ["steps", "sleeps"],
    build: (onUse) => ({
      ...SOUND_BUILD,
      client: (client) =>
        new ForgetfulClient(client, (sql) => {
          const broken = sql.replace(OWN_MARK, "$1$2_id = 'none' || ?");
          if (broken !== sql) onUse();
          return broken;
        }),
    }),
  },
  {
    name: "the process's clock decides what is due",
    isQuiet: true,
    suite: "wrong clocks",
    shapes: ["sleeps", "long-step"],
    build: (onUse) => ({
      ...SOUND_BUILD,
      storage: (options, { effects }) => {
        onUse();
        return new WorkflowStorage({ ...options, now: () => String(effects.now()) });
      },
    }),
  },
  {
    name: "a claim is taken for asked for when its answer comes",
    isQuiet: true,
    suite: "late answers",
    shapes: ["retries"],
    build: storedBy(LateAskingStorage),
  },
  {
    name: "an event that comes before the wait is not found",
    isQuiet: true,
    suite: "single faults",
    shapes: ["events"],
    manner: "eager",
    build: rewriting([
      /UPDATE wrkflw_events SET run_id = \?, path = \?\s+WHERE/g,
      "UPDATE wrkflw_events SET run_id = ?, path = ? WHERE 1 = 0 AND",
    ]),
  },
  {
    name: "a signal that comes while the run is at work does not wake it",
    isQuiet: true,
    suite: "single faults",
    shapes: ["resumed-at-work"],
    manner: "eager",
    build: rewriting([/signals > CAST\(\? AS BIGINT\)/g, "signals > CAST(? AS BIGINT) + 1000000"]),
  },
  {
    name: "a resumption or event does not wake a parked run",
    isQuiet: false,
    suite: "single faults",
    shapes: ["suspension"],
    build: rewriting([
      /due_at = CASE WHEN status = 'running' THEN due_at ELSE .+? END,/g,
      "due_at = due_at,",
    ]),
  },
  {
    name: "an event is given to a wait although another has it",
    isQuiet: false,
    suite: "single faults",
    shapes: ["two-waits"],
    build: rewriting([/(SET run_id = \(SELECT[^;]*event_id = \? )AND run_id IS NULL/g, "$1"]),
  },
  {
    name: "the lease is never renewed",
    isQuiet: false,
    suite: "single faults",
    shapes: ["long-step"],
    build: storedBy(UnrenewingStorage),
  },
  {
    name: "runs are taken before they are due",
    isQuiet: false,
    suite: "single faults",
    shapes: ["sleeps", "long-step"],
    build: rewriting([/WHERE due_at <= /g, "WHERE due_at - 3600000 <= "]),
  },
  {
    name: "an attempt that failed leaves no record",
    isQuiet: false,
    suite: "single faults",
    shapes: ["retries"],
    build: storedBy(AttemptlessStorage),
  },
  {
    name: "the records of a place do not lie together",
    isQuiet: false,
    suite: "single faults",
    shapes: ["retries"],
    build: storedBy(ScatteringStorage),
  },
  {
    name: "a step begins before what led to it is stored",
    isQuiet: false,
    suite: "single faults",
    shapes: ["steps"],
    build: storedBy(WriteBehindStorage),
  },
  {
    name: "a step's state is not stored with its result",
    isQuiet: true,
    suite: "single faults",
    shapes: ["state", "steps"],
    build: storedBy(StatelessStorage),
  },
  {
    name: "a run is parked without the moment at which it is due",
    isQuiet: false,
    suite: "single faults",
    shapes: ["sleeps"],
    build: storedBy(TimelessStorage),
  },
  {
    name: "a write that was not answered is taken for applied",
    isQuiet: true,
    suite: "single faults",
    shapes: ["steps"],
    build: storedBy(TrustingStorage),
  },
  {
    name: "the idempotency key is another when another process takes over",
    isQuiet: true,
    suite: "single faults",
    shapes: ["steps"],
    build: (onUse) => ({
      ...SOUND_BUILD,
      key(key, { number }) {
        if (number === 1) return key;
        onUse();
        return key.replace(RUN_ID, String(number));
      },
    }),
  },
  {
    name: "progress does not clear the count of deaths",
    isQuiet: true,
    suite: "many deaths",
    shapes: ["many-steps"],
    build: rewriting([
      /THEN 1 ELSE idle_claims \+ 1/g,
      "THEN idle_claims + 1 ELSE idle_claims + 1",
    ]),
  },
];
