import { type Duration, toMilliseconds } from "./duration.ts";
import { quote, WrkflwError } from "./errors.ts";
import { END_STATUSES, type EndStatus } from "./records.ts";
import type { RetentionLimit } from "./storage.ts";

/**
 * How long runs are kept after they are over. With both limits a run goes as soon as it exceeds
 * one of them.
 */
export interface RetentionRule {
  /** Only runs of this workflow; the engine need not have it any more. @default each of the engine's */
  readonly workflowId?: string;
  /** Only runs that ended like this. @default however they ended */
  readonly status?: EndStatus;
  /** Deletes a run when it has been over for so long, such as `"30d"`, or milliseconds. */
  readonly maxAge?: Duration;
  /** Keeps so many runs of each workflow and status, those that ended last; `Infinity` for all. */
  readonly maxRuns?: number;
}

const RULE_OPTIONS = ["workflowId", "status", "maxAge", "maxRuns"];

/** What an engine deletes by itself: nothing, unless rules say so. */
export class Retention {
  readonly #rules: readonly RetentionRule[];

  /**
   * @param rules One rule or several; the first that fits a run's workflow and status counts.
   * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if a rule cannot be used.
   */
  constructor(rules: RetentionRule | readonly RetentionRule[] = []) {
    this.#rules = isList(rules) ? [...rules] : [rules];
    for (const rule of this.#rules) assertRule(rule);
  }

  /** Whether there is nothing to do. */
  get isOff(): boolean {
    return this.#rules.length === 0;
  }

  /** The limits for the runs of these workflows, and of those that the rules name. */
  limitsFor(workflowIds: readonly string[]): RetentionLimit[] {
    const named = this.#rules.flatMap(({ workflowId }) => workflowId ?? []);
    return [...new Set([...workflowIds, ...named])].flatMap((workflowId) =>
      END_STATUSES.flatMap((status) => this.#limitsOf(workflowId, status)),
    );
  }

  #limitsOf(workflowId: string, status: EndStatus): RetentionLimit[] {
    const rule = this.#rules.find(
      (each) =>
        (each.workflowId ?? workflowId) === workflowId && (each.status ?? status) === status,
    );
    const { maxAge, maxRuns = Number.POSITIVE_INFINITY } = rule ?? {};
    return [
      ...(maxAge === undefined
        ? []
        : [{ workflowId, status, by: "age", most: toMilliseconds(maxAge) } as const]),
      ...(maxRuns === Number.POSITIVE_INFINITY
        ? []
        : [{ workflowId, status, by: "count", most: maxRuns } as const]),
    ];
  }
}

function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function assertRule(rule: RetentionRule): void {
  if (typeof rule !== "object" || rule === null) {
    throw refusal(`a rule is ${String(rule)}; write { maxAge: "30d" } or { maxRuns: 1000 }`);
  }
  const unknown = Object.keys(rule).find((key) => !RULE_OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw refusal(`a rule has no option ${quote(unknown)}; use ${RULE_OPTIONS.join(", ")}`);
  }
  const { workflowId, status, maxAge, maxRuns } = rule;
  if (workflowId !== undefined && (typeof workflowId !== "string" || workflowId === "")) {
    throw refusal(`workflowId is ${shown(workflowId)}; give the id of a workflow`);
  }
  if (status !== undefined && !END_STATUSES.includes(status)) {
    throw refusal(`status is ${shown(status)}; use one of ${END_STATUSES.join(", ")}`);
  }
  if (maxAge === undefined && maxRuns === undefined) {
    throw refusal("a rule has neither maxAge nor maxRuns; { maxRuns: Infinity } keeps every run");
  }
  if (maxAge !== undefined) toMilliseconds(maxAge, "keep runs that are over");
  const isCount = Number.isSafeInteger(maxRuns) && Number(maxRuns) >= 0;
  if (maxRuns !== undefined && maxRuns !== Number.POSITIVE_INFINITY && !isCount) {
    throw refusal(`maxRuns is ${shown(maxRuns)}; give a whole number from 0, or Infinity`);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? quote(value) : String(value);
}

function refusal(reason: string): WrkflwError {
  return new WrkflwError("INVALID_ARGUMENT", `Cannot set up retention: ${reason}`);
}
