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
  /** Writes a line about something that went wrong. */
  error(message: string, data?: unknown): void;
}

/** The run's state, when a step declares no `stateSchema`. */
export type AnyState = Record<string, unknown>;

/** What a step's `execute` is given. */
export interface StepExecutionContext<Input, State, Resume = unknown, Suspend = unknown> {
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
  /** Which attempt this is, from 1: one more than have failed. */
  readonly attempt: number;
  /** What the step was resumed with; `undefined` before it was. */
  readonly resumeData: Resume | undefined;
  /**
   * Parks the run until somebody resumes this step, which then executes from its beginning with
   * `resumeData`. Nothing after `await suspend(...)` is executed.
   *
   * @param payload Shown to whoever is to resume it.
   */
  suspend(
    ...payload: undefined extends Suspend ? [payload?: Suspend] : [payload: Suspend]
  ): Promise<never>;
  /**
   * Ends the workflow of this step with success and this output. Nothing after `await bail(...)`
   * is executed. In a nested workflow only that one ends.
   */
  bail(output: unknown): Promise<never>;
  /** The same for every execution of this step in this run: hand it to services that can deduplicate. */
  readonly idempotencyKey: string;
  /**
   * Aborts when the run is canceled, this process lost it, or the step's time is up. It is this
   * attempt's own: it does not abort once the attempt is over.
   */
  readonly signal: AbortSignal;
  /** Milliseconds until this process must stop; `Infinity` where nothing bounds it. */
  timeLeft(): number;
  /** Writes lines that are stored with this attempt. */
  readonly log: StepLog;
  /** The platform's `fetch`, aborted together with `signal`. */
  readonly fetch: typeof fetch;
}

/** What one attempt's context is made of. */
export interface ContextParts<Input, Resume> {
  readonly inputData: Input;
  readonly resumeData: Resume | undefined;
  readonly attempt: number;
  readonly frame: Frame;
  readonly signal: AbortSignal;
  readonly end: (
    ending: { kind: "suspended"; payload: unknown } | { kind: "bailed"; output: unknown },
  ) => Promise<never>;
  readonly draft: StateDraft;
  readonly lines: StepLines;
}

/** What `execute` is given for one attempt. */
export function createContext<Input, State, Resume, Suspend>(
  parts: ContextParts<Input, Resume>,
): StepExecutionContext<Input, State, Resume, Suspend> {
  const { inputData, resumeData, attempt, frame, signal, end, draft, lines } = parts;
  const context: Changing<StepExecutionContext<Input, State, Resume, Suspend>> = {
    inputData,
    resumeData,
    attempt,
    signal,
    state: draft.current as State,
    setState(change) {
      draft.merge(change);
      context.state = draft.current as State;
    },
    getStepResult: (step) => frame.outputOf(step),
    getInitData: <Init>() => frame.initData as Init,
    runId: frame.runId,
    workflowId: frame.workflowId,
    idempotencyKey: frame.idempotencyKey,
    timeLeft: () => frame.timeLeft(),
    suspend: (...[payload]) => end({ kind: "suspended", payload }),
    bail: (output) => end({ kind: "bailed", output }),
    log: lines.log,
    fetch: (resource, init) => frame.fetch(resource, { ...init, signal: both(signal, init) }),
  };
  return context;
}

/** A context whose state changes as the step sets it. */
type Changing<Context extends { readonly state: unknown }> = Omit<Context, "state"> & {
  state: Context["state"];
};

function both(signal: AbortSignal, init: RequestInit | undefined): AbortSignal {
  const own = init?.signal;
  return own === undefined || own === null ? signal : AbortSignal.any([signal, own]);
}

/** More than this is dropped, and the last line says so. */
const MAX_LOG_LINES = 200;
const MAX_LOG_CHARS = 65_536;
const MAX_LINE_CHARS = 16_384;

/** The lines that one attempt logs. */
export class StepLines {
  /** What is stored, oldest first. */
  readonly all: LogLine[] = [];
  /** What the step is given to write with. */
  readonly log: StepLog = {
    debug: (message, data) => this.#write("debug", message, data),
    info: (message, data) => this.#write("info", message, data),
    warn: (message, data) => this.#write("warn", message, data),
    error: (message, data) => this.#write("error", message, data),
  };
  readonly #frame: Frame;
  #chars = 0;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  #write(level: LogLine["level"], message: unknown, data: unknown): void {
    if (this.all.length > MAX_LOG_LINES || this.#chars > MAX_LOG_CHARS) return;
    const line: LogLine = { at: this.#frame.now(), level, ...printable(message, data) };
    this.#chars += JSON.stringify(line).length;
    const isFull = this.all.length === MAX_LOG_LINES || this.#chars > MAX_LOG_CHARS;
    this.all.push(isFull ? { at: line.at, level, message: "Further lines were dropped" } : line);
  }
}

/** What is written never fails the step that wrote it: texts are cut, odd data is only named. */
function printable(message: unknown, data: unknown): Pick<LogLine, "message" | "data"> {
  const text = String(message);
  const cut = text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)}…` : text;
  if (data === undefined) return { message: cut };
  try {
    return { message: cut, data: plain(data) };
  } catch (error) {
    return { message: cut, data: `Not stored: ${(error as Error).message}` };
  }
}

/** As JSON, so that a line costs what its text says. */
function plain(data: unknown): unknown {
  const text = encode(data, "the data of a log line", MAX_LINE_CHARS);
  return decode(text);
}
