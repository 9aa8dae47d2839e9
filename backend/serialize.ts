/**
 * Values to text and back. Plain JSON stays plain JSON; what JSON cannot say (dates, maps,
 * `undefined`, `NaN`, ...) is written by superjson with a note of its types. What neither
 * can keep is refused with the place of the value, never dropped.
 */
import superjson from "npm:superjson@2.2.6";
import { quote, type Subject, WrkflwError, wordsOf } from "./errors.ts";
import { isPlainJson, notSerializable } from "./plain-json.ts";
import { bytesToText, isTypedArray, textToBytes } from "./typed-arrays.ts";

/** Default limit on the text of one value, in UTF-16 code units. */
export const DEFAULT_MAX_PAYLOAD_CHARS = 512 * 1024;

/** Opens every text that superjson wrote; the key holds its `{ json, meta }`. */
const RICH_PREFIX = '{"$superjson":';

type RichContent = ReturnType<typeof superjson.serialize>;

const rich = new superjson();
rich.allowErrorProps("stack", "code", "errors");
rich.registerCustom<ArrayBufferView, string>(
  { isApplicable: isTypedArray, serialize: bytesToText, deserialize: textToBytes },
  "typed-array-bytes",
);

/**
 * Writes a value as text that {@linkcode decode} reads back as an equal value.
 *
 * @param subject Names the value in errors, such as `the output of step "charge"`.
 * @param maxChars Refuses longer texts.
 * @throws {WrkflwError} With code `NOT_SERIALIZABLE` and the place of the value that cannot be
 * kept, or `PAYLOAD_TOO_LARGE`.
 */
export function encode(
  value: unknown,
  subject: Subject,
  maxChars: number = DEFAULT_MAX_PAYLOAD_CHARS,
): string {
  const text = isPlainJson(value, subject) ? plainText(value) : richText(value, subject);
  if (text.length <= maxChars) return text;
  throw new WrkflwError(
    "PAYLOAD_TOO_LARGE",
    `Cannot store ${wordsOf(subject)}: it takes ${text.length} characters and the limit is ${maxChars}; keep large data elsewhere and pass a reference`,
  );
}

/**
 * Reads a text that {@linkcode encode} wrote.
 *
 * @throws {WrkflwError} With code `STORAGE_CORRUPT`, if it is no such text.
 */
export function decode(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (!text.startsWith(RICH_PREFIX)) return value;
    const { $superjson: content } = value as { $superjson: RichContent };
    if (!("json" in content)) throw new Error("It has no content");
    return rich.deserialize(withoutIdentities(content));
  } catch (error) {
    const shown = quote(text.slice(0, 60));
    throw new WrkflwError(
      "STORAGE_CORRUPT",
      `Cannot read a stored value: ${shown} is not valid; restore it from a backup`,
      { cause: error },
    );
  }
}

/**
 * Reads a text that {@linkcode encode} wrote as plain JSON, for people and for programs in other
 * languages: a date is a text, a map a list of pairs.
 *
 * @throws {SyntaxError} If it is no such text.
 */
export function decodePlain(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.startsWith(RICH_PREFIX)
    ? (value as { $superjson: RichContent }).$superjson.json
    : value;
}

function plainText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.startsWith(RICH_PREFIX) ? wrap({ json: value }) : text;
}

function richText(value: unknown, subject: Subject): string {
  try {
    return wrap(withoutIdentities(rich.serialize(value)));
  } catch (error) {
    throw notSerializable(wordsOf(subject), "the value", (error as Error).message);
  }
}

/**
 * Every place has the whole of its value. That two of them were one object is not kept, as in
 * plain JSON: what superjson notes of it would mix up the entries of maps and sets.
 */
function withoutIdentities({ json, meta }: RichContent): RichContent {
  if (meta?.values === undefined) return { json };
  const { values, v } = meta;
  return { json, meta: { values, ...(v === undefined ? {} : { v }) } };
}

function wrap(content: unknown): string {
  return `${RICH_PREFIX}${JSON.stringify(content)}}`;
}
