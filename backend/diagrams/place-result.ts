/** What came of a place, as plain JSON. */
import { maskSecrets } from "../secret-headers.ts";
import { decodePlain } from "../serialize.ts";
import { errorOf } from "../snapshot.ts";
import type { TreePlace } from "./run-tree-node.ts";

/** Why a place failed, in one sentence; `undefined` where it did not. */
export function errorAt({ status, error, records }: TreePlace): string | undefined {
  if (status !== "failed") return undefined;
  const stored = records.at(-1)?.error;
  if (stored === undefined || stored === null) return error;
  try {
    const { message } = errorOf(stored);
    return message === "" ? (error ?? "") : message;
  } catch {
    return error;
  }
}

/** What a place put out, without the secrets of headers. Types that JSON does not have are gone: a date is a text. */
export function outputAt({ status, records, output }: TreePlace): unknown {
  const stored = output ?? records.at(-1)?.output;
  if (status !== "success" || stored === undefined || stored === null) return undefined;
  try {
    return maskSecrets(decodePlain(stored));
  } catch {
    return undefined;
  }
}
