/** A value as the viewer shows it: lines, and blocks to fold. */
import { printValue } from "./print-value.ts";

/** Longer texts are cut; the whole is one click away. */
const MAX_TEXT_CHARS = 1_000;
/** Values that fit are shown in one line. */
const MAX_LINE_CHARS = 72;
/** A value with more parts than this is cut. */
const MAX_PARTS = 300;
const MAX_DEPTH = 60;
/** What lies deeper, or has more parts, is folded until somebody opens it. */
const MAX_OPEN = { depth: 3, parts: 25 };

/** One line of a value, or a list or an object with what is in it. */
export type FoldedValue = FoldedLine | FoldedBlock;

interface FoldedLine {
  readonly kind: "line";
  /** The key, with what stands between it and the value; empty where there is none. */
  readonly key: string;
  readonly text: string;
}

interface FoldedBlock {
  readonly kind: "block";
  readonly key: string;
  readonly open: string;
  readonly close: string;
  /** How many parts it has, those that are not shown included. */
  readonly size: number;
  readonly isOpen: boolean;
  readonly parts: readonly FoldedValue[];
}

/** What to show of a value, and whether that is not all of it. */
export interface Folded {
  readonly root: FoldedValue;
  readonly isCut: boolean;
}

/** Prepares a value for the viewer. */
export function foldValue(value: unknown): Folded {
  const folder = new Folder();
  const root = folder.fold(value, "", 0);
  return { root, isCut: folder.isCut };
}

/** Prepares a text that is shown as it is. */
export function foldText(text: string): Folded {
  const folder = new Folder();
  return { root: folder.line("", text), isCut: folder.isCut };
}

class Folder {
  #left = MAX_PARTS;
  isCut = false;

  fold(value: unknown, key: string, depth: number): FoldedValue {
    const within = partsOf(value);
    if (within === undefined || within.parts.length === 0) return this.line(key, printValue(value));
    if (depth > MAX_DEPTH) return this.line(key, this.#cut("…"));
    const short = depth === 0 ? undefined : shortLine(value);
    if (short !== undefined) return this.line(key, short);
    const { open, close, parts, joint } = within;
    const shown = parts.slice(0, Math.max(0, this.#left));
    this.#left -= shown.length;
    if (shown.length < parts.length) this.isCut = true;
    return {
      kind: "block",
      key,
      open,
      close,
      size: parts.length,
      isOpen: depth < MAX_OPEN.depth && (depth === 0 || parts.length <= MAX_OPEN.parts),
      parts: shown.map(([name, part]) =>
        this.fold(part, joint === "" ? "" : printValue(name) + joint, depth + 1),
      ),
    };
  }

  line(key: string, text: string): FoldedLine {
    const isLong = text.length > MAX_TEXT_CHARS;
    return {
      kind: "line",
      key,
      text: isLong ? this.#cut(`${text.slice(0, MAX_TEXT_CHARS)}…`) : text,
    };
  }

  #cut(text: string): string {
    this.isCut = true;
    return text;
  }
}

interface Parts {
  readonly open: string;
  readonly close: string;
  readonly parts: readonly (readonly [name: unknown, value: unknown])[];
  /** What stands between a name and its value; empty where parts have no names. */
  readonly joint: string;
}

/** The parts of a list or an object; `undefined` for what has none, such as a date. */
function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return listOf("[", Array.from(value), "]");
  if (value instanceof Set) return listOf("Set {", [...value], "}");
  if (value instanceof Map) return { open: "Map {", close: "}", parts: [...value], joint: " => " };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return { open: "{", close: "}", parts: Object.entries(value), joint: ": " };
}

function listOf(open: string, items: readonly unknown[], close: string): Parts {
  return { open, close, parts: items.map((item) => [undefined, item]), joint: "" };
}

/** Long lists are not printed only to find that they are long. */
function shortLine(value: unknown): string | undefined {
  const size = partsOf(value)?.parts.length ?? 0;
  if (size > MAX_LINE_CHARS / 2) return undefined;
  const isFlat = partsOf(value)?.parts.every(([, part]) => isShort(part)) ?? false;
  const line = isFlat ? printValue(value).replace(/\n\s*/g, " ") : "";
  return line !== "" && line.length <= MAX_LINE_CHARS ? line : undefined;
}

function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= MAX_LINE_CHARS;
  return partsOf(value) === undefined;
}
