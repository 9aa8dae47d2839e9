/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { highlight } from "../wording/highlight.ts";
import { visibleText } from "../wording/visible-text.ts";

/** Longer values are cut; the whole is one click away. */
const MAX_CHARS = 8_000;
/** Values up to this size stand open; of longer ones only the head does. */
const MAX_OPEN = { lines: 20, chars: 1_500 };
const MAX_HEAD = { lines: 12, chars: 1_000 };

/** What to show of a value. */
interface ValueViewProps {
  /** The value in the words of `printValue`. */
  readonly printed: string;
  /** Where the whole value is. */
  readonly href: string;
}

/** A value as indented JSON, folded when it is long. */
export function ValueView({ printed, href }: ValueViewProps): JSX.Element {
  const text = visibleText(printed);
  if (sliceHead(text, MAX_OPEN) === text) return <Code text={text} />;
  const head = sliceHead(text, MAX_HEAD);
  const isCut = text.length > MAX_CHARS;
  return (
    <div class="folded">
      <Code text={head} />
      <details>
        <summary>{isCut ? "Show more" : `Show all ${countLines(text)}`}</summary>
        <Code text={text.slice(head.length, MAX_CHARS).replace(/^\n/, "")} />
      </details>
      {isCut && (
        <p class="note">
          The first {MAX_CHARS.toLocaleString("en")} of {text.length.toLocaleString("en")}{" "}
          characters. <a href={href}>Open the whole value</a>
        </p>
      )}
    </div>
  );
}

/** The beginning of a text: whole lines, unless the first ones are too long. */
function sliceHead(text: string, max: { readonly lines: number; readonly chars: number }): string {
  return text.split("\n", max.lines).join("\n").slice(0, max.chars);
}

function countLines(text: string): string {
  const lines = text.split("\n").length;
  return lines === 1 ? "of it" : `${lines.toLocaleString("en")} lines`;
}

function Code({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre class="value">
      <code>
        {highlight(text).map((token) =>
          token.kind === "plain" ? (
            token.text
          ) : (
            <span class={`json-${token.kind}`}>{token.text}</span>
          ),
        )}
      </code>
    </pre>
  );
}
