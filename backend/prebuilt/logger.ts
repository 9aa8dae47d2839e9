import type { Step } from "../step.ts";
import { StepLines } from "../step-context.ts";
import { described } from "./described.ts";
import { frameStep } from "./frame-step.ts";
import { usableStep } from "./usable-step.ts";

/** How much a line matters. */
export type LoggerLevel = "debug" | "info" | "warn" | "error";

/** What the step takes. */
export interface LoggerInput {
  /** How much the line matters. @default "info" */
  readonly level?: LoggerLevel | undefined;
  /** The line. */
  readonly message: string;
  /** What goes with it. */
  readonly data?: unknown;
}

/** What the step puts out: what it was given, and when. */
export interface LoggerOutput {
  /** How much the line matters. */
  level: LoggerLevel;
  /** The line. */
  message: string;
  /** What went with it. */
  data?: unknown;
  /** When it was written, as an ISO date. */
  timestamp: string;
}

/** How another step like it is made. */
export interface LoggerOptions<Id extends string> {
  /** The step's id. @default "logger" */
  readonly id?: Id;
}

/** The step, which makes others like it when it is called. */
export interface LoggerStep extends Step<"logger", LoggerInput, LoggerOutput> {
  /** The same step under another id. */
  <const Id extends string = "logger">(
    options?: LoggerOptions<Id>,
  ): Step<Id, LoggerInput, LoggerOutput>;
}
type GivenLine = LoggerInput & { readonly level: LoggerLevel };

const LEVELS = ["debug", "info", "warn", "error"] as const;

const inputSchema = described<LoggerInput, GivenLine>({
  type: "object",
  required: ["message"],
  properties: {
    level: { enum: LEVELS, default: "info" },
    message: { type: "string" },
    data: {},
  },
});

const outputSchema = described<LoggerOutput>({
  type: "object",
  required: ["level", "message", "timestamp"],
  properties: {
    level: { enum: LEVELS },
    message: { type: "string" },
    data: {},
    timestamp: { type: "string" },
  },
});

function make<const Id extends string = "logger">(
  options: LoggerOptions<Id> = {},
): Step<Id, LoggerInput, LoggerOutput> {
  return frameStep({
    id: options.id ?? ("logger" as Id),
    description: "Writes a line that is stored with the run",
    inputSchema,
    outputSchema,
    work: (line, frame) => {
      const { level, message } = line;
      const lines = new StepLines(frame);
      lines.log[level](message, line.data);
      const output: LoggerOutput = {
        level,
        message,
        ...(line.data === undefined ? {} : { data: line.data }),
        timestamp: new Date(frame.now()).toISOString(),
      };
      return { status: "success", output, notes: { logs: lines.all } };
    },
  });
}

/** Writes a line that is stored with the run and shown beside the step; the line is passed on. */
export const logger: LoggerStep = usableStep(make(), make);
