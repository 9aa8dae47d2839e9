import { decode } from "../../backend/index.ts";
import { printValue } from "./print-value.ts";

/** A stored value as people read it; a text that cannot be read is shown as it is stored. */
export function readableValue(text: string): string {
  try {
    return printValue(decode(text));
  } catch {
    return text;
  }
}

/** A stored object, such as what a run waits for; `null` where it cannot be read. */
export function storedValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return decode(text);
  } catch {
    return null;
  }
}

/** Tells whether a value has keys to look at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
