/** Headers whose values are secrets, and what is shown instead of them. */

/** Shown instead of a secret. */
export const MASK = "(masked)";

const SECRET_NAME =
  /authori[sz]ation|cookie|token|secret|passw|api-?key|credential|signature|session/i;

/** Whether a header's value is a secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * A value in which the secrets of headers are masked: in every object named `headers`, at any
 * depth. What has none is given back as it is.
 */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return changed(value, value.map(maskSecrets));
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    key.toLowerCase() === "headers" ? maskedHeaders(inner) : maskSecrets(inner),
  ]);
  const isSame = entries.every(([key, inner]) => inner === value[key]);
  return isSame ? value : Object.fromEntries(entries);
}

function changed(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}

function maskedHeaders(headers: unknown): unknown {
  if (!isPlain(headers)) return maskSecrets(headers);
  if (!Object.keys(headers).some(isSecretHeader)) return headers;
  const entries = Object.entries(headers).map(([name, value]): [string, unknown] => [
    name,
    isSecretHeader(name) ? MASK : value,
  ]);
  return Object.fromEntries(entries);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
