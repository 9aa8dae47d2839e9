/**
 * Freezes the language's own objects before any test is loaded: `deno task test` runs this first.
 * Whatever reaches a prototype with data, or changes one on purpose, then fails its test.
 */

const NAMES = [
  ...["Object", "Function", "Boolean", "Symbol", "Number", "BigInt", "Math", "Date", "Temporal"],
  ...["String", "RegExp", "Array", "Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Iterator"],
  ...["Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError"],
  ...["TypeError", "URIError", "SuppressedError", "Promise", "Proxy", "Reflect", "JSON", "Intl"],
  ...["ArrayBuffer", "SharedArrayBuffer", "Atomics", "DataView", "Uint8Array", "Int8Array"],
  ...["Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "BigUint64Array", "BigInt64Array"],
  ...["Uint8ClampedArray", "Float16Array", "Float32Array", "Float64Array", "FinalizationRegistry"],
  ...["DisposableStack", "AsyncDisposableStack"],
];

/** What no global name leads to: the prototypes of functions and iterators of every kind. */
const NAMELESS: readonly unknown[] = [
  function* () {},
  async () => {},
  async function* () {},
  [].values(),
  new Map().values(),
  new Set().values(),
  ""[Symbol.iterator](),
  "".matchAll(/x/g),
].map((value) => Object.getPrototypeOf(value));

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** Adds an object, and all that it leads to. */
function collect(value: unknown, found: Set<object>): void {
  if (!isObject(value) || value === globalThis || found.has(value)) return;
  found.add(value);
  collect(Object.getPrototypeOf(value), found);
  for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
    for (const part of [property.value, property.get, property.set]) collect(part, found);
  }
}

/**
 * A frozen prototype would keep objects from getting a property of the same name by assignment,
 * such as an error its `name`. With a setter in its place they get one of their own.
 */
function allowOwnProperties(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, key);
    if (property?.writable !== true || property.configurable !== true) continue;
    const { value, enumerable = false } = property;
    Object.defineProperty(prototype, key, {
      get: () => value,
      set(this: object, own: unknown) {
        if (this === prototype) throw new TypeError(`Cannot change ${String(key)}: it is frozen`);
        const whole = { value: own, writable: true, configurable: true, enumerable: true };
        Object.defineProperty(this, key, whole);
      },
      enumerable,
      configurable: true,
    });
  }
}

const found = new Set<object>();
for (const name of NAMES) collect(Reflect.get(globalThis, name), found);
for (const prototype of NAMELESS) collect(prototype, found);
// Its `stackTraceLimit` is a switch of the runtime, without which errors have no stack.
found.delete(Error);
for (const intrinsic of found) {
  if ("constructor" in intrinsic || "prototype" in intrinsic) allowOwnProperties(intrinsic);
}
for (const intrinsic of found) Object.freeze(intrinsic);
