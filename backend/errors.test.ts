import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  HTTP_STATUS,
  quote,
  RunFailedError,
  RunSuspendedError,
  reviveError,
  serializeError,
  ValidationError,
  WrkflwError,
} from "./errors.ts";

Deno.test("an error survives as data, causes and all", () => {
  const cause = new TypeError("inner");
  const error = Object.assign(new RangeError("outer", { cause }), { code: 42 });
  const revived = reviveError(serializeError(error));
  assertEquals(
    [revived.name, revived.message, revived.stack],
    ["RangeError", "outer", error.stack],
  );
  assertEquals((revived as Error & { code?: unknown }).code, 42);
  assertInstanceOf(revived.cause, Error);
  assertEquals([revived.cause.name, revived.cause.message], ["TypeError", "inner"]);
});

const THROWN: readonly [name: string, thrown: unknown, message: string][] = [
  ["a string", "plain", "plain"],
  ["a number", 7, "7"],
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["an object", { reason: "x" }, '{"reason":"x"}'],
  ["a bigint", 7n, "7"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
];

for (const [name, thrown, message] of THROWN) {
  Deno.test(`${name} that was thrown becomes an error with a message`, () => {
    assertEquals(serializeError(thrown), { name: "Error", message });
  });
}

Deno.test("hostile errors cannot break their own record", () => {
  const hostile = new Error("x");
  for (const key of ["name", "message", "stack", "code", "cause"]) {
    Object.defineProperty(hostile, key, {
      get() {
        throw new Error("hands off");
      },
    });
  }
  assertEquals(serializeError(hostile), { name: "Error", message: "" });
  const circular = new Error("round");
  circular.cause = circular;
  let depth = 0;
  for (let at = serializeError(circular); at.cause !== undefined; at = at.cause) depth++;
  assertEquals(depth, 8);
  assert(serializeError(new Error("y".repeat(100_000))).message.length < 20_000);
});

Deno.test("every code has an HTTP status, and only faults of ours are 5xx", () => {
  const ours = Object.entries(HTTP_STATUS).filter(([, status]) => status >= 500);
  assertEquals(
    ours.map(([code]) => code),
    [
      "INVALID_DEFINITION",
      "STORAGE_UNAVAILABLE",
      "STORAGE_CORRUPT",
      "SCHEMA_TOO_NEW",
      "SCHEMA_INVALID",
      "INTERNAL",
    ],
  );
  assert(Object.values(HTTP_STATUS).every((status) => status >= 400 && status < 600));
});

Deno.test("messages say what happened, with values quoted", () => {
  const failed = new RunFailedError("r1", { name: "Error", message: "declined", step: "charge" });
  assertEquals(failed.message, 'Run "r1" failed in step "charge": declined');
  assertEquals([failed.name, failed.code, failed.step], ["RunFailedError", "RUN_FAILED", "charge"]);
  const waits = [{ path: "ask" }, { path: "nap", until: 0 }];
  assertEquals(
    new RunSuspendedError("r1", waits).message,
    'Run "r1" is not over: "ask" waits to be resumed; "nap" waits until 1970-01-01T00:00:00.000Z',
  );
  const invalid = new ValidationError("Bad input", [
    { path: ["a", 0], message: "no" },
    { path: [], message: "nor" },
  ]);
  assertEquals(invalid.message, "Bad input: a.0: no; nor");
  assertInstanceOf(invalid, WrkflwError);
  assertEquals(quote('a"\u0000b'), '"a\\"\\u0000b"');
  assert(quote("x".repeat(500)).length < 210);
});
