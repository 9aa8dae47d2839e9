/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { type Folded, type FoldedValue, foldText, foldValue } from "../wording/fold-value.ts";
import { highlight } from "../wording/highlight.ts";
import { isReadable, storedValue } from "../wording/stored-value.ts";
import { visibleText } from "../wording/visible-text.ts";
import { CopyButton } from "./copy-button.tsx";

interface ValueViewProps {
  /** What the value is, such as `input`. */
  readonly label: string;
  /** The value as it is stored; `value` says it where it has been read. */
  readonly text?: string;
  readonly value?: unknown;
  /** Where the whole value is. */
  readonly href: string;
}

/** A value to unfold, to copy and to download. */
export function ValueView({ label, text, value, href }: ValueViewProps): JSX.Element {
  const { root, isCut } = folded(text, value);
  return (
    <div class="json">
      <div class="json-tools">
        <CopyButton from={href} label={`Copy ${label}`} />
        <a href={`${href}?download`} download aria-label={`Download ${label}`}>
          Download
        </a>
      </div>
      <div class="json-body">
        <FoldedView value={root} />
      </div>
      {isCut && (
        <p class="note">
          This is not all of it. <a href={href}>Open the whole value</a>
        </p>
      )}
    </div>
  );
}

function folded(text: string | undefined, value: unknown): Folded {
  if (text === undefined) return foldValue(value);
  return isReadable(text) ? foldValue(storedValue(text)) : foldText(text);
}

/** A value as lines and blocks to fold. */
export function FoldedView({ value }: { readonly value: FoldedValue }): JSX.Element {
  if (value.kind === "line") return <Code text={value.key + value.text} />;
  const hidden = value.size - value.parts.length;
  return (
    <details open={value.isOpen}>
      <summary>
        <Code text={value.key + value.open} />
        <span class="json-size">
          {value.size === 1 ? "1 entry" : `${value.size.toLocaleString("en")} entries`}
        </span>
      </summary>
      <ul>
        {value.parts.map((part) => (
          <li>
            <FoldedView value={part} />
          </li>
        ))}
        {hidden > 0 && <li class="note">… {hidden.toLocaleString("en")} more</li>}
      </ul>
      <Code text={value.close} />
    </details>
  );
}

function Code({ text }: { readonly text: string }): JSX.Element {
  return (
    <code>
      {highlight(visibleText(text)).map((token) =>
        token.kind === "plain" ? (
          token.text
        ) : (
          <span class={`json-${token.kind}`}>{token.text}</span>
        ),
      )}
    </code>
  );
}
