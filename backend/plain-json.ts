import { quote, type Subject, WrkflwError, wordsOf } from "./errors.ts";
import { isTypedArray } from "./typed-arrays.ts";

const MAX_DEPTH = 500;

/**
 * Walks a whole value before it is written.
 *
 * @returns Whether plain JSON keeps it; `false` means that it needs notes on its types.
 * @throws {WrkflwError} With code `NOT_SERIALIZABLE` and the place of what cannot be kept at all.
 */
export function isPlainJson(value: unknown, subject: Subject): boolean {
  if (isPlainAtOnce(value)) return true;
  const walk = new Walk(subject);
  walk.visit(value);
  if (walk.isPlain || walk.reservedKey === undefined) return walk.isPlain;
  throw notSerializable(
    wordsOf(subject),
    walk.reservedKey,
    "a key that is kept in plain JSON only, not beside dates, maps, undefined and the like",
  );
}

/** What is nested deeper, and every cycle, is left to the walk. */
const MAX_GLANCE_DEPTH = 20;

/**
 * Whether a glance tells that plain JSON keeps a value, as it does for nearly all. The walk, which
 * remembers the way to each part of a value, takes twice as long.
 *
 * @param isInOrder Whether, beside that, the keys of each record must be sorted.
 */
export function isPlainAtOnce(value: unknown, isInOrder: boolean = false, depth = 0): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isPlainNumber(value);
    case "object":
      return value === null || (depth < MAX_GLANCE_DEPTH && arePartsPlain(value, isInOrder, depth));
    default:
      return false;
  }
}

function arePartsPlain(value: object, isInOrder: boolean, depth: number): boolean {
  if (isList(value)) return areItemsPlain(value, isInOrder, depth);
  if (!isRecord(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
  let last = "";
  for (const key of Object.keys(value)) {
    if (isInOrder && key < last) return false;
    if (!isPlainAtOnce(value[key], isInOrder, depth + 1)) return false;
    last = key;
  }
  return true;
}

function areItemsPlain(list: readonly unknown[], isInOrder: boolean, depth: number): boolean {
  if (!isWhole(list)) return false;
  // Not by its iterator, which may be one of its own.
  for (let index = 0; index < list.length; index++) {
    if (!isPlainAtOnce(list[index], isInOrder, depth + 1)) return false;
  }
  return true;
}

function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype;
}

/** Whether a list has no holes, and nothing beside its items. */
function isWhole(list: readonly unknown[]): boolean {
  const keys = Object.keys(list);
  // Indexes come first: the last key is none where there is something beside the items.
  return (
    keys.length === list.length && (list.length === 0 || keys.at(-1) === String(list.length - 1))
  );
}

/** What superjson refuses, since careless code could reach a prototype by it. */
const RESERVED_KEYS = ["__proto__", "constructor", "prototype"];

/** The refusal of a value: where it stands, and what it is. */
export function notSerializable(subject: string, place: string, what: string): WrkflwError {
  return new WrkflwError(
    "NOT_SERIALIZABLE",
    `Cannot store ${subject}: ${place} is ${what}; use plain data, Date, Map, Set, BigInt, Error, URL, RegExp or typed arrays`,
  );
}

class Walk {
  isPlain = true;
  /** Where the first reserved key stands. */
  reservedKey: string | undefined;
  readonly #subject: Subject;
  readonly #ancestors: object[] = [];
  /** Kept as parts, since joining them for every value would cost more than the walk. */
  readonly #path: (string | number)[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  visit(value: unknown): void {
    switch (typeof value) {
      case "string":
      case "boolean":
        return;
      case "number":
        if (!isPlainNumber(value)) this.isPlain = false;
        return;
      case "undefined":
      case "bigint":
        this.isPlain = false;
        return;
      case "object":
        if (value !== null) this.#enter(value);
        return;
      default:
        this.#refuse(`a ${typeof value}`);
    }
  }

  #enter(value: object): void {
    if (this.#ancestors.includes(value)) this.#refuse("a cycle");
    if (this.#ancestors.length >= MAX_DEPTH) this.#refuse(`nested deeper than ${MAX_DEPTH} levels`);
    this.#ancestors.push(value);
    this.#visitObject(value);
    this.#ancestors.pop();
  }

  #visitObject(value: object): void {
    if (isRecord(value)) this.#visitRecord(value);
    else if (isList(value)) this.#visitList(value);
    else this.#visitSpecial(value, Object.getPrototypeOf(value));
  }

  #visitRecord(value: object): void {
    if (Object.getOwnPropertySymbols(value).length > 0) {
      this.#refuse("an object with a symbol as a key");
    }
    for (const key of Object.keys(value)) {
      if (RESERVED_KEYS.includes(key)) this.reservedKey ??= `${this.#place}.${key}`;
      this.#visitAt(key, Reflect.get(value, key));
    }
  }

  #visitList(list: readonly unknown[]): void {
    if (!isWhole(list)) {
      this.#refuse("a list with holes, or with properties beside its items");
    }
    for (let index = 0; index < list.length; index++) this.#visitAt(index, list[index]);
  }

  #visitSpecial(value: object, prototype: unknown): void {
    this.isPlain = false;
    if (value instanceof Error) {
      this.#visitAt("cause", value.cause);
      if (value instanceof AggregateError) this.#visitAt("errors", value.errors);
    } else if (prototype === Map.prototype) {
      for (const [key, item] of value as Map<unknown, unknown>) this.#visitPair(key, item);
    } else if (prototype === Set.prototype) {
      for (const item of value as Set<unknown>) this.#visitAt("values()", item);
    } else if (prototype === Date.prototype) {
      if (Number.isNaN((value as Date).getTime())) this.#refuse("an invalid date");
    } else if (
      prototype !== RegExp.prototype &&
      prototype !== URL.prototype &&
      !isTypedArray(value)
    ) {
      this.#refuse(describeObject(value));
    }
  }

  #visitPair(key: unknown, item: unknown): void {
    this.#visitAt("keys()", key);
    this.#visitAt(`get(${typeof key === "string" ? quote(key) : "…"})`, item);
  }

  /** @param place A key, or an index. */
  #visitAt(place: string | number, value: unknown): void {
    this.#path.push(place);
    this.visit(value);
    this.#path.pop();
  }

  #refuse(what: string): never {
    throw notSerializable(wordsOf(this.#subject), this.#place, what);
  }

  get #place(): string {
    const parts = this.#path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
    return `$${parts.join("")}`;
  }
}

function describeObject(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== ""
    ? `an instance of ${name}`
    : "an object with a prototype";
}
