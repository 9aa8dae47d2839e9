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
  const walk = new Walk(subject);
  walk.visit(value);
  if (walk.isPlain || walk.reservedKey === undefined) return walk.isPlain;
  throw notSerializable(
    wordsOf(subject),
    walk.reservedKey,
    "a key that is kept in plain JSON only, not beside dates, maps, undefined and the like",
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
        if (!Number.isFinite(value) || Object.is(value, -0)) this.isPlain = false;
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
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) this.#visitRecord(value);
    else if (Array.isArray(value) && prototype === Array.prototype) this.#visitList(value);
    else this.#visitSpecial(value, prototype);
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
    if (Object.keys(list).length !== list.length) {
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
