/** Stored texts as the JSON that clients get. */
import type { SerializedError } from "../errors.ts";
import { maskSecrets } from "../secret-headers.ts";
import { decodePlain } from "../serialize.ts";

/** A stored value as JSON, without the secrets of headers; a text that nobody can read is shown as it is. */
export function plainValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return maskSecrets(decodePlain(text));
  } catch {
    return text;
  }
}

/** A stored list as JSON; an empty one where there is none. */
export function plainList(text: string | null): unknown[] {
  const value = plainValue(text);
  return Array.isArray(value) ? value : [];
}

/** The value, if it is an object; else an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : {};
}

/** An error as clients get it: where in the server it was thrown is left out. */
export type ErrorData = Omit<SerializedError, "stack" | "cause"> & { readonly cause?: ErrorData };

/** A stored error, without the places in the server's code. */
export function errorData(text: string | null): ErrorData | null {
  return text === null ? null : withoutStack(plainValue(text));
}

/** An error that was read, without the places in the server's code. */
export function withoutStack(value: unknown): ErrorData {
  const { name, message, stack: _, cause, ...rest } = objectOf(value);
  return {
    ...rest,
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : "The error was not stored",
    ...(cause === undefined ? {} : { cause: withoutStack(cause) }),
  };
}
