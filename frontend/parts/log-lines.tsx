/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { describeInstant, isoTime } from "../wording/duration.ts";
import { printValue } from "../wording/print-value.ts";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { visibleText } from "../wording/visible-text.ts";

const LEVELS = ["debug", "info", "warn", "error"];
/** Longer data are cut; the whole log is one click away. */
const MAX_DATA_CHARS = 500;

/** The lines that a step logged. */
export function LogLines({ text, href }: LogLinesProps): JSX.Element {
  const stored = storedValue(text);
  const lines = (Array.isArray(stored) ? stored : []).filter(isRecord);
  return (
    <>
      <ol class="log">
        {lines.map((line) => (
          <LogLine line={line} />
        ))}
      </ol>
      {(lines.length === 0 ||
        lines.some((line) => describeData(line.data).length > MAX_DATA_CHARS)) && (
        <p class="note">
          <a href={href}>Open the whole log</a>
        </p>
      )}
    </>
  );
}

interface LogLinesProps {
  /** The lines as they are stored. */
  readonly text: string;
  /** Where the whole of them is. */
  readonly href: string;
}

function LogLine({ line }: { readonly line: Readonly<Record<string, unknown>> }): JSX.Element {
  const { at, message } = line;
  const level = LEVELS.find((known) => known === line.level) ?? "info";
  const data = describeData(line.data);
  return (
    <li class={`level-${level}`}>
      {typeof at === "number" && (
        <time datetime={isoTime(at)} title={describeInstant(at)}>
          {isoTime(at).slice(11, 23)}
        </time>
      )}{" "}
      <span class="level">{level}</span> <span>{visibleText(String(message ?? ""))}</span>
      {data !== "" && (
        <code>{data.length > MAX_DATA_CHARS ? `${data.slice(0, MAX_DATA_CHARS)}…` : data}</code>
      )}
    </li>
  );
}

/** In one line: the only line breaks that are printed lie between values. */
function describeData(data: unknown): string {
  return data === undefined ? "" : visibleText(printValue(data).replace(/\n\s*/g, " "));
}
