import { quote, WrkflwError } from "./errors.ts";
import { isTypedArray } from "./typed-arrays.ts";

const MAX_DEPTH = 500;

/**
 * Walks a whole value before it is written.
 *
 * @returns Whether plain JSON keeps it; `false` means that it needs notes on its types.
 * @throws {WrkflwError} With code `NOT_SERIALIZABLE` and the place of what cannot be kept at all.
 */
export function isPlainJson(value: unknown, subject: string): boolean {
  const walk = new Walk(subject);
  walk.visit(value);
  return walk.isPlain;
}

/** The refusal of a value: where it stands, and what it is. */
export function notSerializable(subject: string, place: string, what: string): WrkflwError {
  return new WrkflwError(
    "NOT_SERIALIZABLE",
    `Cannot store ${subject}: ${place} is ${what}; use plain data, Date, Map, Set, BigInt, Error, URL, RegExp or typed arrays`,
  );
}

class Walk {
  isPlain = true;
  readonly #subject: string;
  readonly #ancestors = new Set<object>();
  /** Kept as parts, since joining them for every value would cost more than the walk. */
  readonly #path: string[] = [];

  constructor(subject: string) {
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
    if (this.#ancestors.has(value)) this.#refuse("a cycle");
    if (this.#ancestors.size >= MAX_DEPTH) this.#refuse(`nested deeper than ${MAX_DEPTH} levels`);
    this.#ancestors.add(value);
    this.#visitObject(value);
    this.#ancestors.delete(value);
  }

  #visitObject(value: object): void {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) this.#visitAt(`[${index}]`, value[index]);
    } else if (isRecord(value)) {
      this.#visitRecord(value);
    } else {
      this.isPlain = false;
      this.#visitSpecial(value);
    }
  }

  #visitRecord(value: object): void {
    if (Object.getOwnPropertySymbols(value).length > 0) {
      this.#refuse("an object with a symbol as a key");
    }
    for (const key of Object.keys(value)) this.#visitAt(`.${key}`, Reflect.get(value, key));
  }

  #visitSpecial(value: object): void {
    if (value instanceof Map) {
      for (const [key, item] of value) this.#visitPair(key, item);
    } else if (value instanceof Set) {
      for (const item of value) this.#visitAt(".values()", item);
    } else if (value instanceof Error) {
      this.#visitAt(".cause", value.cause);
    } else if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) this.#refuse("an invalid date");
    } else if (!(value instanceof RegExp || value instanceof URL || isTypedArray(value))) {
      this.#refuse(describeObject(value));
    }
  }

  #visitPair(key: unknown, item: unknown): void {
    this.#visitAt(".keys()", key);
    this.#visitAt(`.get(${typeof key === "string" ? quote(key) : "…"})`, item);
  }

  #visitAt(place: string, value: unknown): void {
    this.#path.push(place);
    this.visit(value);
    this.#path.pop();
  }

  #refuse(what: string): never {
    throw notSerializable(this.#subject, `$${this.#path.join("")}`, what);
  }
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describeObject(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== ""
    ? `an instance of ${name}`
    : "an object with a prototype";
}
