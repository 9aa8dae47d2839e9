/** Runs as clients get them. All times are milliseconds since 1970. */
import { z } from "npm:@hono/zod-openapi@1.6.3";
import { explainRun } from "../explain.ts";
import {
  isTerminal,
  RETRY_PATH,
  RUN_STATUSES,
  type RunRecord,
  type RunSummary,
  type StepRecord,
} from "../records.ts";
import { executionPathOf } from "../snapshot.ts";
import { stateOf } from "../state.ts";
import { Moment } from "./moment.ts";
import { errorData, objectOf, plainList, plainValue, withoutStack } from "./plain-value.ts";

const Anything = z.unknown().openapi({ description: "Any JSON" });

/** A status of a run. */
export const RunStatusBody = z.enum(RUN_STATUSES).openapi("RunStatus", {
  description:
    "`waiting`: a moment or an event ends the wait; `suspended`: somebody must resume it; `blocked`: it cannot go on with the code at hand",
});

const ErrorDataBody = z
  .looseObject({
    name: z.string(),
    message: z.string(),
    step: z.string().optional().openapi({ description: "Path of the step that threw it" }),
  })
  .openapi("RunError", { description: "An error of a run, with what else it said of itself" });

const WaitBody = z
  .looseObject({
    path: z.string().optional(),
    until: Moment.optional(),
    event: z.object({ name: z.string(), match: z.string() }).optional(),
    payload: Anything.optional(),
  })
  .openapi("Wait", { description: "What a run waits for, and at which place" });

/** A run as lists show it. */
export const RunSummaryBody = z
  .object({
    runId: z.string(),
    workflowId: z.string(),
    status: RunStatusBody,
    tags: z.array(z.string()),
    createdAt: Moment,
    updatedAt: Moment,
    startedAt: Moment.nullable(),
    endedAt: Moment.nullable(),
    dueAt: Moment.nullable().openapi({
      description: "When it moves next by itself; while it is running, when its lease ends",
    }),
    error: z.string().nullable().openapi({ description: "Why it failed or is blocked" }),
    waits: z.array(WaitBody),
    position: z.array(z.string()).openapi({ description: "Paths of the steps at work" }),
  })
  .openapi("RunSummary");

const StepResultBody = z.object({
  status: z.enum(["success", "failed", "running", "suspended", "waiting", "canceled"]),
  output: Anything.optional(),
  error: ErrorDataBody.optional(),
  timestamp: Moment,
});

const RecordBody = z
  .object({
    path: z.string(),
    attempt: z.number(),
    kind: z.string(),
    status: z.enum(["success", "failed", "suspended", "resumed", "bailed", "canceled", "retried"]),
    startedAt: Moment,
    endedAt: Moment,
    error: ErrorDataBody.optional(),
    logs: z.array(Anything).optional(),
  })
  .openapi("StepRecord", { description: "One record of one place; it is never changed" });

/** A run with all that is known of it. */
export const RunBody = RunSummaryBody.extend({
  explanation: z.string().openapi({ description: "What it does, waits for or came to, in words" }),
  inputData: Anything.optional(),
  state: z.record(z.string(), Anything),
  result: Anything.optional().openapi({ description: "The output, once it has succeeded" }),
  failure: ErrorDataBody.nullable(),
  executionPath: z.array(z.number()).openapi({
    description: "Indexes of the workflow's entries in the order in which they ran",
  }),
  stepResults: z.record(z.string(), StepResultBody).openapi({
    description: "How each step ended, by its path",
  }),
  steps: z.array(RecordBody).openapi({ description: "Every record, in the order of writing" }),
}).openapi("Run");

/** A run as lists show it. */
export function runSummaryBody(run: RunSummary): z.infer<typeof RunSummaryBody> {
  const { runId, workflowId, status, createdAt, updatedAt, startedAt, endedAt, dueAt } = run;
  return {
    runId,
    workflowId,
    status,
    tags: [...run.tags],
    createdAt,
    updatedAt,
    startedAt,
    endedAt,
    dueAt,
    error: run.error,
    waits: plainList(run.waits).map(waitBody),
    position: plainList(run.position).map(String),
  };
}

function waitBody(stored: unknown): z.infer<typeof WaitBody> {
  const { path, until, event, ...rest } = objectOf(stored);
  const { name, match } = objectOf(event);
  return {
    ...rest,
    ...(typeof path === "string" ? { path } : {}),
    ...(typeof until === "number" ? { until } : {}),
    ...(typeof name === "string" ? { event: { name, match: String(match ?? "") } } : {}),
  };
}

/** A run with all that is known of it. */
export function runBody(
  { run, steps }: { readonly run: RunRecord; readonly steps: readonly StepRecord[] },
  now: number,
): z.infer<typeof RunBody> {
  const { input, result } = run;
  return {
    ...runSummaryBody(run),
    explanation: explainRun(run, steps, now),
    ...(input === null ? {} : { inputData: plainValue(input) }),
    state: { ...stateOf(run, steps) },
    ...(result === null ? {} : { result: plainValue(result) }),
    failure: errorData(run.failure),
    executionPath: executionPathOf(plainList(run.executionPath), run.reached),
    stepResults: { ...firstVersionResults(run), ...stepResults(run, steps) },
    steps: steps.filter(({ path }) => path !== RETRY_PATH).map(recordBody),
  };
}

function stepResults(run: RunRecord, steps: readonly StepRecord[]) {
  const results = new Map<string, z.infer<typeof StepResultBody>>();
  for (const step of steps) {
    if (step.kind === "step") results.set(step.path, stepResult(run, step));
  }
  return Object.fromEntries(results);
}

function stepResult(run: RunRecord, step: StepRecord): z.infer<typeof StepResultBody> {
  const timestamp = step.startedAt;
  const error = errorData(step.error);
  const told = error === null ? { timestamp } : { timestamp, error };
  switch (step.status) {
    case "success":
    case "bailed":
      return { status: "success", output: plainValue(step.output), timestamp };
    case "failed":
    case "canceled":
      return { status: step.status, ...told };
    default: {
      if (isTerminal(run.status)) return { status: "canceled", ...told };
      if (step.status !== "suspended") return { status: "running", timestamp };
      const endsByItself = "until" in objectOf(plainValue(step.wait));
      return { status: endsByItself ? "waiting" : "suspended", ...told };
    }
  }
}

/** What the first version stored of the steps of its runs. */
function firstVersionResults(run: RunRecord) {
  const stored = Object.entries(objectOf(plainValue(run.stepResults)));
  const results = stored.map(([id, result]) => {
    const { status, output, error, timestamp } = objectOf(result);
    const known = StepResultBody.shape.status.safeParse(status).data ?? "failed";
    const at = typeof timestamp === "number" ? timestamp : run.createdAt;
    if (known === "success") return [id, { status: known, output, timestamp: at }] as const;
    const isTold = known === "failed" || error !== undefined;
    const { message = run.error ?? "The error was not stored" } = objectOf(error);
    const told = isTold ? { error: withoutStack({ ...objectOf(error), message }) } : {};
    return [id, { status: known, timestamp: at, ...told }] as const;
  });
  return Object.fromEntries(results);
}

function recordBody(step: StepRecord): z.infer<typeof RecordBody> {
  const { path, attempt, kind, status, startedAt, endedAt } = step;
  const error = errorData(step.error);
  const logs = plainList(step.logs);
  return {
    path,
    attempt,
    kind,
    status,
    startedAt,
    endedAt,
    ...(error === null ? {} : { error }),
    ...(logs.length === 0 ? {} : { logs }),
  };
}
