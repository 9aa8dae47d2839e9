import { WrkflwError } from "../errors.ts";

/**
 * To drop a table because of a stray `"false"` would be too much.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, unless it is `true` or `false`.
 */
export function assertBoolean(name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot migrate: ${name} is ${JSON.stringify(value) ?? typeof value}; give true or false`,
  );
}
