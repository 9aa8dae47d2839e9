import type { Frame, LogLine, Node } from "./node.ts";
import { decode, encode } from "./serialize.ts";
import type { StateDraft } from "./state-draft.ts";

/** Writes lines that are stored with the attempt and shown beside it. */
export interface StepLog {
  /** Writes a line of little interest. */
  debug(message: string, data?: unknown): void;
  /** Writes a line. */
  info(message: string, data?: unknown): void;
  /** Writes a line about something odd. */
  warn(message: string, data?: unknown): void;
  /** What went wrong. */
  error(message: string, data?: unknown): void;
}

/** The run's state, when a step declares no `stateSchema`. */
export type AnyState = Record<string, unknown>;

/** What a step's `execute` is given. */
export interface StepExecutionContext<Input, State> {
  /** The step's input as its `inputSchema` yields it. */
  readonly inputData: Input;
  /** The run's state as of now, with this attempt's own changes. */
  readonly state: Readonly<State>;
  /** Merges a change into the run's state. It is stored with this attempt, and dropped if the attempt fails. */
  setState(change: Partial<State>): void;
  /**
   * The output of an earlier step of this workflow.
   *
   * @throws {WrkflwError} With code `STEP_NOT_FINISHED`, if it has not succeeded.
   */
  getStepResult<Out>(step: Node<never, Out>): Out;
  /** The input of the workflow. */
  getInitData<Init = unknown>(): Init;
  /** The run's id. */
  readonly runId: string;
  /** The workflow's id. */
  readonly workflowId: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** The same for every execution of this step in this run: hand it to services that can deduplicate. */
  readonly idempotencyKey: string;
  /** Aborts when the run is canceled or this process lost it. */
  readonly signal: AbortSignal;
  /** Milliseconds until this process must stop; `Infinity` where nothing bounds it. */
  timeLeft(): number;
  /** Writes lines that are stored with this attempt. */
  readonly log: StepLog;
  /** The platform's `fetch`, aborted together with `signal`. */
  readonly fetch: typeof fetch;
}

/** What `execute` is given for one attempt. */
export function createContext<Input, State>(
  inputData: Input,
  frame: Frame,
  number: number,
  draft: StateDraft,
  logs: LogLine[],
): StepExecutionContext<Input, State> {
  return {
    inputData,
    get state() {
      return draft.current as State;
    },
    setState: (change) => draft.merge(change),
    getStepResult: (step) => frame.outputOf(step),
    getInitData: <Init>() => frame.initData as Init,
    runId: frame.runId,
    workflowId: frame.workflowId,
    attempt: number,
    idempotencyKey: `${frame.runId}/${frame.path}`,
    signal: frame.signal,
    timeLeft: () => frame.timeLeft(),
    log: createLog(frame, logs),
    fetch: (resource, init) => frame.fetch(resource, { signal: frame.signal, ...init }),
  };
}

/** More lines than this are dropped, and the last line says so. */
const MAX_LOG_LINES = 200;

function createLog(frame: Frame, lines: LogLine[]): StepLog {
  function write(level: LogLine["level"], message: string, data: unknown): void {
    if (lines.length > MAX_LOG_LINES) return;
    const isFull = lines.length === MAX_LOG_LINES;
    const line = isFull
      ? { message: "Further lines were dropped" }
      : { message: String(message), ...loggable(data) };
    lines.push({ at: frame.now(), level, ...line });
  }
  return {
    debug: (message, data) => write("debug", message, data),
    info: (message, data) => write("info", message, data),
    warn: (message, data) => write("warn", message, data),
    error: (message, data) => write("error", message, data),
  };
}

/** A line must never fail the step that wrote it. */
function loggable(data: unknown): { data?: unknown } {
  if (data === undefined) return {};
  try {
    return { data: decode(encode(data, "the data of a log line", MAX_LOG_DATA_CHARS)) };
  } catch (error) {
    return { data: `Not stored: ${(error as Error).message}` };
  }
}

const MAX_LOG_DATA_CHARS = 16_384;
