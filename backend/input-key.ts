/** Tells whether a second start has the input of the first. */
import { WrkflwError } from "./errors.ts";
import { isPlainAtOnce } from "./plain-json.ts";
import { sha256 } from "./sha256.ts";
import { bytesToText, isTypedArray } from "./typed-arrays.ts";

/** A SHA-256 has this many characters, so that no text that stands for itself can be taken for one. */
const HASH_CHARS = 43;

/**
 * What tells an input from others, as it was given: with whatever defaults it is stored. A short one
 * that is stored just so stands for itself, since a hash takes as long as a step; of what a schema
 * left out nothing but a hash is stored.
 *
 * @param stored The input as its schema yields it, encoded.
 * @throws {WrkflwError} With code `NOT_SERIALIZABLE`: a schema may take what cannot be compared and make
 * something else of it.
 */
export function inputKeyOf(given: unknown, stored: string, subject: string): string {
  const text = comparableText(given, subject);
  return text.length < HASH_CHARS && text === stored ? text : sha256(text);
}

/** Whether two keys are of the same input: one may stand for itself where the other is a hash. */
export function isSameInput(one: string | null, other: string): boolean {
  return one === other || (one !== null && hashed(one) === hashed(other));
}

function hashed(key: string): string {
  return key.length < HASH_CHARS ? sha256(key) : key;
}

function comparableText(input: unknown, subject: string): string {
  try {
    return sortedText(input) ?? JSON.stringify(input, comparable) ?? "undefined";
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WrkflwError(
      "NOT_SERIALIZABLE",
      `${subject}: its input as it was given cannot be compared with that of a second start (${reason}); pass plain data`,
      { cause },
    );
  }
}

/** The text of an input that is comparable as it is, as most are. */
function sortedText(input: unknown): string | null {
  if (!isPlainAtOnce(input, true)) return null;
  const text = JSON.stringify(input);
  return text.includes('"$') ? null : text;
}

/**
 * What JSON would make alike is told apart, and the order of keys is not. A key without a value counts
 * as none.
 */
function comparable(this: unknown, key: string, value: unknown): unknown {
  if (value === undefined) return Array.isArray(this) ? { $undefined: true } : undefined;
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "number") return comparableNumber(value);
  const original: unknown = Reflect.get(this as object, key);
  const isObject = typeof original === "object" && original !== null;
  return isObject && !Array.isArray(original) ? comparableObject(original, value) : value;
}

function comparableNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $number: Object.is(value, -0) ? "-0" : String(value) };
}

/** @param value What JSON makes of it. */
function comparableObject(original: object, value: unknown): unknown {
  if (original instanceof Date) return { $date: value };
  if (original instanceof URL) return { $url: value };
  if (original instanceof RegExp || original instanceof Error)
    return { $text: String(original), $name: original.constructor.name };
  if (original instanceof Map || original instanceof Set)
    return { $collection: original.constructor.name, items: [...original] };
  if (isTypedArray(original)) return { $bytes: bytesToText(original) };
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? sortedRecord(value) : value;
}

/** One that could be taken for what stands for another value is written as a list. */
function sortedRecord(record: object): unknown {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const isLikeAnother = entries.some(([key]) => MARKS.includes(key));
  return isLikeAnother ? { $record: entries } : Object.fromEntries(entries);
}

const MARKS: readonly string[] = [
  "$date",
  "$url",
  "$undefined",
  "$bigint",
  "$number",
  "$text",
  "$collection",
  "$bytes",
  "$record",
];
