/** A piece of printed JSON, and what it is. */
export interface Token {
  readonly kind: "key" | "string" | "number" | "word" | "plain";
  readonly text: string;
}

/** A string that was cut has no end; it is taken all the same, so that no text is read over and over. */
const TOKENS =
  /(?<key>"(?:[^"\\\n]|\\.)*"(?=:))|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<number>-?\b\d[\d.e+-]*n?)|(?<word>\b(?:true|false|null|undefined|NaN|Infinity)\b)/g;

/** Splits printed JSON into pieces that together are the text. */
export function highlight(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) tokens.push({ kind: "plain", text: text.slice(end, match.index) });
    tokens.push({ kind: kindOf(match.groups), text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) tokens.push({ kind: "plain", text: text.slice(end) });
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>> = {}): Token["kind"] {
  if (groups.key !== undefined) return "key";
  if (groups.string !== undefined) return "string";
  return groups.number === undefined ? "word" : "number";
}
