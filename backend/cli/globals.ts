import type { EngineSource } from "./open-engine.ts";

/** The options that every command has. */
// The parser takes a type alias only: interfaces have no index signature.
export type Globals = {
  readonly workflows?: string;
  readonly database?: string;
  readonly json?: true;
};

/** A command that did its work, and found something that a script must not pass over. */
export class Unwell extends Error {
  override readonly name = "Unwell";
}

/** Where the engine of a command comes from. */
export function sourceOf({ workflows, database }: Globals): EngineSource {
  return { workflows, database };
}
