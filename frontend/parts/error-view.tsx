/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { isRecord, storedValue } from "../wording/stored-value.ts";
import { visibleText } from "../wording/visible-text.ts";

/** An error as it was stored; the message alone where nothing else was. */
export function ErrorView({ text }: { readonly text: string }): JSX.Element {
  const error = storedValue(text);
  if (!isRecord(error)) return <p class="error-message">{visibleText(text)}</p>;
  const { message, stack } = error;
  const named = [textOr(error.name, "Error"), textOr(error.code, "")].filter((part) => part !== "");
  return (
    <div class="error">
      <p class="error-message">
        <strong>{visibleText(named.join(" "))}:</strong>{" "}
        {visibleText(textOr(message, "The error was not stored"))}
      </p>
      {isRecord(error.cause) && <Cause cause={error.cause} />}
      {typeof stack === "string" && stack.includes("\n") && (
        <details>
          <summary>Stack</summary>
          <pre class="value">
            <code>{visibleText(stack)}</code>
          </pre>
        </details>
      )}
    </div>
  );
}

function Cause({ cause }: { readonly cause: Readonly<Record<string, unknown>> }): JSX.Element {
  return (
    <div class="cause">
      <p class="label">Caused by</p>
      <ErrorView text={JSON.stringify(cause)} />
    </div>
  );
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
}
