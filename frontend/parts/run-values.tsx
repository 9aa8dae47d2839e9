/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { readableValue } from "../wording/stored-value.ts";
import { ValueView } from "./value-view.tsx";

interface RunValuesProps {
  readonly run: RunRecord;
  /** As `printValue` writes it. */
  readonly state: string | null;
  readonly href: string;
}

/** What a run was given, what it put out, and its state. */
export function RunValues({ run, state, href }: RunValuesProps): JSX.Element {
  const input = run.input === null ? null : readableValue(run.input);
  const output = run.result === null ? null : readableValue(run.result);
  return (
    <div class="values">
      <Value label="Input" printed={input} href={`${href}/values/input`} />
      <Value label="Output" printed={output} href={`${href}/values/output`} />
      <Value label="State" printed={state} href={`${href}/values/state`} />
    </div>
  );
}

interface ValueProps {
  readonly label: string;
  readonly printed: string | null;
  readonly href: string;
}

function Value({ label, printed, href }: ValueProps): JSX.Element | null {
  if (printed === null) return null;
  return (
    <section class="card">
      <h2>{label}</h2>
      <ValueView printed={printed} href={href} />
    </section>
  );
}
