/**
 * What reaches a run from outside: events and resumptions. Each raises the run's `signals`; a
 * claim that ends with fewer than there are does not park the run.
 *
 * An event is taken in one of two places, each one batch: when it is sent, by the parked run that
 * has waited longest; or when a run parks, from the mailbox. While a run is walked none of its
 * waits is registered, so no event can come between its decision and its write; what comes while
 * it registers them is counted in its `signals`.
 */
import type { StepRecord } from "../records.ts";
import { type Row, type Statement, textOf } from "../sql.ts";

/** An event that a place of a run waits for. */
export interface AwaitedEvent {
  /** The place. */
  readonly path: string;
  /** The event's name. */
  readonly name: string;
  /** What the event must be sent with. */
  readonly match: string;
}

/** The same where the run parks. */
export interface EventWait extends AwaitedEvent {
  /** The `seq` of the first record of its place. */
  readonly firstSeq: number;
}

/** An event as it is sent. */
export interface NewEvent {
  /** The event's name. */
  readonly name: string;
  /** What it is sent with, for waits that ask for it. */
  readonly match: string;
  /** An event with the same name, match and id is the same event. */
  readonly eventId: string;
  /** Encoded. */
  readonly payload: string;
}

/** What became of an event. */
export interface EventDelivery {
  /** The run that it was for; `null` while it waits for one. */
  readonly runId: string | null;
  /** The place in that run. */
  readonly path: string | null;
  /** The payload that is stored, encoded: that of the first event with this id. */
  readonly payload: string;
}

/** Reads the events of the runs that a claim has taken; their waits are over while they are claimed. */
export function takeEventsStatements(claimId: string): Statement[] {
  const claimed =
    "(SELECT run_id FROM wrkflw_workflow_runs WHERE claim_id = ? AND status = 'running')";
  return [
    { sql: `DELETE FROM wrkflw_event_waits WHERE run_id IN ${claimed}`, args: [claimId] },
    {
      sql: `SELECT run_id, path, payload FROM wrkflw_events WHERE run_id IN ${claimed}`,
      args: [claimId],
    },
  ];
}

/** Registers a wait of a run that parks, or takes the oldest event that is already there for it. */
export function awaitEventStatements(
  commit: { readonly runId: string; readonly epoch: number },
  wait: EventWait,
  now: string,
): Statement[] {
  const { runId, epoch } = commit;
  const { path, firstSeq, name, match } = wait;
  const isOurs = `EXISTS (SELECT 1 FROM wrkflw_workflow_runs
    WHERE run_id = ? AND epoch = ? AND status = 'running')`;
  // A run that was at work on something else meanwhile keeps its place in the row.
  const begun = `(SELECT MIN(ended_at) FROM wrkflw_steps
    WHERE run_id = ? AND first_seq = CAST(? AS BIGINT) AND path = ?)`;
  const hasEvent = "EXISTS (SELECT 1 FROM wrkflw_events WHERE run_id = ? AND path = ?)";
  return [
    {
      sql: `UPDATE wrkflw_events SET run_id = ?, path = ?
            WHERE name = ? AND match_key = ? AND event_id = (
                SELECT event_id FROM wrkflw_events
                WHERE name = ? AND match_key = ? AND run_id IS NULL
                ORDER BY sent_at, event_id LIMIT 1)
              AND NOT ${hasEvent} AND ${isOurs}`,
      args: [runId, path, name, match, name, match, runId, path, runId, epoch],
    },
    {
      sql: `INSERT INTO wrkflw_event_waits (run_id, path, name, match_key, since)
            SELECT ?, ?, ?, ?, COALESCE(${begun}, ${now}) WHERE NOT ${hasEvent} AND ${isOurs}
            ON CONFLICT DO NOTHING`,
      args: [runId, path, name, match, runId, firstSeq, path, runId, path, runId, epoch],
    },
    {
      sql: `UPDATE wrkflw_workflow_runs SET signals = signals + 1
            WHERE run_id = ? AND epoch = ? AND status = 'running' AND ${hasEvent}`,
      args: [runId, epoch, runId, path],
    },
  ];
}

/** Keeps an event, gives it to the run that has waited longest for it, and wakes that run. */
export function sendEventStatements(event: NewEvent, now: string): Statement[] {
  const { name, match, eventId, payload } = event;
  const key = [name, match, eventId];
  const isThis = "name = ? AND match_key = ? AND event_id = ?";
  const longest = `FROM wrkflw_event_waits WHERE name = ? AND match_key = ?
    ORDER BY since, run_id, path LIMIT 1`;
  return [
    {
      sql: `INSERT INTO wrkflw_events (name, match_key, event_id, payload, sent_at)
            SELECT ?, ?, ?, ?, ${now} WHERE true ON CONFLICT DO NOTHING`,
      args: [...key, payload],
    },
    {
      sql: `UPDATE wrkflw_events
            SET run_id = (SELECT run_id ${longest}), path = (SELECT path ${longest})
            WHERE ${isThis} AND run_id IS NULL`,
      args: [name, match, name, match, ...key],
    },
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET signals = signals + 1,
                due_at = CASE WHEN status = 'running' THEN due_at ELSE ${now} END,
                status = CASE WHEN status = 'running' THEN status ELSE 'pending' END
            WHERE status IN ('waiting', 'suspended', 'running') AND EXISTS (
              SELECT 1 FROM wrkflw_event_waits AS waits, wrkflw_events AS events
              WHERE waits.run_id = wrkflw_workflow_runs.run_id AND events.run_id = waits.run_id
                AND events.path = waits.path AND ${isThis.replaceAll(/(name|match_key|event_id)/g, "events.$1")})`,
      args: key,
    },
    {
      sql: `DELETE FROM wrkflw_event_waits WHERE EXISTS (
              SELECT 1 FROM wrkflw_events AS events
              WHERE events.run_id = wrkflw_event_waits.run_id
                AND events.path = wrkflw_event_waits.path)
            AND name = ? AND match_key = ?`,
      args: [name, match],
    },
    { sql: `SELECT run_id, path, payload FROM wrkflw_events WHERE ${isThis}`, args: key },
  ];
}

/** Puts a record of a resumption behind the suspension that it ends, and wakes the run. */
export function resumeStatements(
  runId: string,
  record: Pick<StepRecord, "firstSeq" | "path" | "attempt" | "kind" | "output" | "wait">,
  now: string,
): Statement[] {
  const { firstSeq, path, attempt, kind, output, wait } = record;
  const isThis =
    "run_id = ? AND first_seq = CAST(? AS BIGINT) AND path = ? AND attempt = CAST(? AS BIGINT)";
  const suspended = [runId, firstSeq, path, attempt];
  const resumed = [runId, firstSeq, path, attempt + 1];
  return [
    {
      sql: `INSERT INTO wrkflw_steps (run_id, first_seq, path, attempt, seq, kind, status, output, wait, started_at, ended_at)
            SELECT run_id, first_seq, path, attempt + 1, seq, ?, 'resumed', ?, ?, ${now}, ${now}
            FROM wrkflw_steps WHERE ${isThis} AND status = 'suspended' AND EXISTS (
              SELECT 1 FROM wrkflw_workflow_runs
              WHERE run_id = ? AND status IN ('suspended', 'waiting', 'running', 'pending'))
            ON CONFLICT DO NOTHING`,
      args: [kind, output, wait, ...suspended, runId],
    },
    {
      sql: `UPDATE wrkflw_workflow_runs
            SET signals = signals + 1,
                due_at = CASE WHEN status = 'running' THEN due_at ELSE ${now} END,
                status = CASE WHEN status = 'running' THEN status ELSE 'pending' END
            WHERE run_id = ? AND status IN ('suspended', 'waiting', 'running', 'pending')
              AND EXISTS (SELECT 1 FROM wrkflw_steps WHERE ${isThis} AND wait = ?)`,
      args: [runId, ...resumed, wait],
    },
    { sql: `SELECT wait FROM wrkflw_steps WHERE ${isThis}`, args: resumed },
  ];
}

/** Lets a blocked run try again with the code at hand. */
export function unblockStatements(runId: string, now: string): Statement[] {
  return [
    {
      sql: `UPDATE wrkflw_workflow_runs SET status = 'pending', due_at = ${now}, error = NULL, failure = NULL
            WHERE run_id = ? AND status = 'blocked'`,
      args: [runId],
    },
  ];
}

/** What the last of {@linkcode sendEventStatements} answers. */
export function deliveryOf(row: Row): EventDelivery {
  return {
    runId: textOf(row, "run_id"),
    path: textOf(row, "path"),
    payload: textOf(row, "payload") ?? "null",
  };
}
