/** Values that cannot be stored, at each door that takes a value. */
import { encode } from "../../serialize.ts";
import { type BadInput, type BadInputPlace, row } from "./bad-input.ts";

class Account {
  readonly id = 1;
}

class Stack extends Array {}

function cycle(): unknown {
  const value: { self?: unknown } = {};
  value.self = [value];
  return value;
}

function deep(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 600; level++) value = [value];
  return value;
}

/** Made anew for each call. */
const VALUES: readonly (readonly [name: string, make: () => unknown, message: string])[] = [
  ["a function", () => ({ list: [1, () => 1] }), "$.list[1] is a function"],
  ["a symbol", () => [Symbol("x")], "$[0] is a symbol"],
  ["a symbol as a key", () => ({ [Symbol("x")]: 1 }), "$ is an object with a symbol as a key"],
  ["an instance of a class", () => ({ a: new Account() }), "$.a is an instance of Account"],
  ["a kind of list", () => new Stack(), "$ is an instance of Stack"],
  ["a promise", () => ({ later: Promise.resolve(1) }), "$.later is an instance of Promise"],
  ["a cycle", cycle, "$.self[0] is a cycle"],
  ["an invalid date", () => [new Date(Number.NaN)], "$[0] is an invalid date"],
  ["a list with holes", () => ({ list: new Array(3) }), "$.list is a list with holes"],
  ["too many levels", deep, "nested deeper than 500 levels"],
  ["a function in a map", () => new Map([["k", () => 1]]), '$.get("k") is a function'],
  ["a function in a set", () => new Set([() => 1]), "$.values() is a function"],
  ["a function as a cause", () => new Error("x", { cause: () => 1 }), "$.cause is a function"],
  ["a WeakMap", () => new WeakMap(), "$ is an instance of WeakMap"],
  [
    "a hostile key beside a date",
    () => ({ constructor: 1, at: new Date(0) }),
    "$.constructor is a key that is kept in plain JSON only",
  ],
];

type Door = (place: BadInputPlace, value: unknown) => unknown;

const DOORS: Readonly<Record<string, Door>> = {
  "the input of a run": ({ fresh }, inputData) => fresh.start({ inputData }),
  "the input of an enqueued run": ({ fresh }, inputData) => fresh.enqueue({ inputData }),
  "the payload of an event": ({ engine }, payload) => engine.sendEvent("heard", payload),
  resumeData: ({ engine }, resumeData) => engine.resume("asking", { resumeData }),
};

const REFUSED: readonly BadInput[] = Object.entries(DOORS).flatMap(([door, pass]) => [
  ...VALUES.map(([name, make, message]) =>
    row(`${door} with ${name}`, (place) => pass(place, make()), "NOT_SERIALIZABLE", message),
  ),
  row(
    `${door} of more than the limit`,
    (place) => pass(place, "x".repeat(524_288)),
    "PAYLOAD_TOO_LARGE",
    "it takes 524290 characters and the limit is 524288; keep large data elsewhere",
  ),
]);

const STATES: readonly BadInput[] = [
  row(
    "an initial state with a function",
    ({ fresh }) => fresh.start({ inputData: 1, initialState: { f: () => 1 } }),
    "NOT_SERIALIZABLE",
    "$.f is a function",
  ),
  row(
    "an initial state of more than the limit",
    ({ fresh }) => fresh.start({ inputData: 1, initialState: { text: "x".repeat(524_288) } }),
    "PAYLOAD_TOO_LARGE",
    'Cannot store the initial state of workflow "open": it takes',
  ),
  row(
    "a value that names its subject",
    () => encode({ f: () => 1 }, 'the output of step "charge"'),
    "NOT_SERIALIZABLE",
    'Cannot store the output of step "charge": $.f is a function; use plain data, Date, Map',
  ),
];

/** Every value that cannot be stored. */
export const BAD_VALUES: readonly BadInput[] = [...REFUSED, ...STATES];
