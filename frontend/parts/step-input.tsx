/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { StepRecord } from "../../backend/index.ts";
import { visibleText } from "../wording/visible-text.ts";
import type { StepContext } from "./step-context.ts";
import { ValueView } from "./value-view.tsx";

interface StepInputProps {
  readonly record: StepRecord;
  readonly context: StepContext;
}

/** What a step was given. It is often stored only once, where it was put out. */
export function StepInput({ record, context }: StepInputProps): JSX.Element | null {
  const { text, origin } = inputOf(record, context);
  if (text === null) return null;
  return (
    <section>
      <h3>Input {origin !== "" && <span class="origin">{visibleText(origin)}</span>}</h3>
      <ValueView label="input" text={text} href={context.valueHref(record, "input")} />
    </section>
  );
}

/** The stored input of a record, and where it came from in words. */
export function inputOf(
  record: StepRecord,
  context: Pick<StepContext, "runInput" | "records">,
): { readonly text: string | null; readonly origin: string } {
  if (record.inputFrom === null) return { text: record.input, origin: "" };
  if (record.inputFrom === 0) return { text: context.runInput, origin: "the run's input" };
  const source = context.records.get(record.inputFrom);
  return { text: source?.output ?? null, origin: describeOrigin(source?.path ?? "a step") };
}

/** Ids that begin with `#` are the library's own: `review/#input` is what `review` was given. */
function describeOrigin(path: string): string {
  const cut = path.lastIndexOf("/#");
  return cut === -1 ? `from ${path}` : `the input of ${path.slice(0, cut)}`;
}
