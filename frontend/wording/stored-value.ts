import { decode, maskSecrets } from "../../backend/index.ts";
import { printValue } from "./print-value.ts";

/** A stored value as people read it; a text that cannot be read is shown as it is stored. */
export function readableValue(text: string): string {
  try {
    return printValue(shown(text));
  } catch {
    return text;
  }
}

/** A stored object, such as what a run waits for; `null` where it cannot be read. */
export function storedValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return shown(text);
  } catch {
    return null;
  }
}

/** Whether a stored text can be read. */
export function isReadable(text: string): boolean {
  try {
    decode(text);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether a value has keys to look at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A stored value; `otherwise` where there is none, or it cannot be read. */
export function decodedOr(text: string | null, otherwise: unknown): unknown {
  return text !== null && isReadable(text) ? shown(text) : otherwise;
}

/** No page shows the secrets that headers hold. */
function shown(text: string): unknown {
  return maskSecrets(decode(text));
}
