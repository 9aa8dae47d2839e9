/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { RunRecord } from "../../backend/index.ts";
import { ValueView } from "./value-view.tsx";

interface RunValuesProps {
  readonly run: RunRecord;
  /** `undefined` where there is none to speak of. */
  readonly state: unknown;
  readonly href: string;
}

/** What a run was given, what it put out, and its state. */
export function RunValues({ run, state, href }: RunValuesProps): JSX.Element {
  const address = (name: string) => `${href}/values/${name}`;
  return (
    <div class="values">
      {run.input !== null && (
        <section class="card">
          <h2>Input</h2>
          <ValueView label="input" text={run.input} href={address("input")} />
        </section>
      )}
      {run.result !== null && (
        <section class="card">
          <h2>Output</h2>
          <ValueView label="output" text={run.result} href={address("output")} />
        </section>
      )}
      {state !== undefined && (
        <section class="card">
          <h2>State</h2>
          <ValueView label="state" value={state} href={address("state")} />
        </section>
      )}
    </div>
  );
}
