import { assertEquals, assertThrows } from "@std/assert";
import { NonRetryableError, RetryAfterError, WrkflwError } from "./errors.ts";
import { assertRetryPolicy, pauseAfter, type RetryPolicy } from "./retry.ts";

const error = new Error("no");
const half = () => 0.5;

function pauses(policy: RetryPolicy, failures: readonly number[], thrown: unknown = error) {
  return failures.map((count) => pauseAfter({ jitter: false, ...policy }, thrown, count, half));
}

Deno.test("pauses grow by the factor up to the longest, for as many attempts as there are", () => {
  assertEquals(pauses({}, [1]), [null]);
  assertEquals(pauses({ attempts: 4 }, [1, 2, 3, 4]), [1_000, 2_000, 4_000, null]);
  assertEquals(
    pauses({ attempts: 9, initialMs: 10, factor: 10, maxMs: 5_000 }, [1, 2, 3, 4, 5]),
    [10, 100, 1_000, 5_000, 5_000],
  );
  assertEquals(pauses({ attempts: 9, factor: 1 }, [1, 5]), [1_000, 1_000]);
  assertEquals(pauses({ attempts: 2, initialMs: 0 }, [1]), [0]);
  assertEquals(pauses({ attempts: 99 }, [20]), [300_000]);
});

Deno.test("chance takes up to half off a pause", () => {
  const policy = { attempts: 2, initialMs: 1_000 };
  assertEquals(
    [0, 0.5, 0.999_999].map((chance) => pauseAfter(policy, error, 1, () => chance)),
    [1_000, 750, 500],
  );
});

Deno.test("a pause is a number that a date can have, whatever the policy", () => {
  const endless = { attempts: Number.POSITIVE_INFINITY };
  assertEquals(pauses({ ...endless, initialMs: 0 }, [5_000]), [0]);
  const longest = 3_155_760_000_000;
  for (const policy of [
    { ...endless, maxMs: Number.POSITIVE_INFINITY },
    { ...endless, maxMs: Number.POSITIVE_INFINITY, initialMs: Number.POSITIVE_INFINITY },
  ]) {
    assertEquals(pauses(policy, [5_000]), [longest]);
  }
});

Deno.test("a server's wish counts instead of the policy's pause, if it can be waited for", () => {
  const policy = { attempts: 3, initialMs: 70, maxMs: 100 };
  assertEquals(pauses(policy, [1, 3], new RetryAfterError(9_000)), [9_000, null]);
  assertEquals(pauses(policy, [1], new RetryAfterError(-5)), [0]);
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 1e300])
    assertEquals(pauses(policy, [1], new RetryAfterError(odd)), [70]);
});

Deno.test("an error that is not worth it ends the attempts", () => {
  assertEquals(pauses({ attempts: 5 }, [1], new NonRetryableError("no")), [null]);
  const asked: unknown[] = [];
  const retryIf = (thrown: unknown, attempt: number) => {
    asked.push([thrown, attempt]);
    return attempt < 2;
  };
  assertEquals(pauses({ attempts: 5, retryIf }, [1, 2]), [1_000, null]);
  assertEquals(asked, [
    [error, 1],
    [error, 2],
  ]);
  assertEquals(pauses({ attempts: 1, retryIf: () => true }, [1]), [null]);
});

Deno.test("a policy that cannot be used is refused with the name of its part", () => {
  const refused: readonly [unknown, string][] = [
    [{ attempts: 0 }, "Step: retry.attempts must be a number from 1 up: got 0"],
    [{ attempts: "3" }, "Step: retry.attempts must be a number from 1 up: got 3"],
    [{ initialMs: -1 }, "Step: retry.initialMs must be a number from 0 up: got -1"],
    [{ initialMs: Number.NaN }, "Step: retry.initialMs must be a number from 0 up: got NaN"],
    [{ factor: 0.5 }, "Step: retry.factor must be a number from 1 up: got 0.5"],
    [{ maxMs: null }, "Step: retry.maxMs must be a number from 0 up: got null"],
    [{ retryIf: true }, "Step: retry.retryIf must be a function"],
  ];
  for (const [policy, message] of refused) {
    const thrown = assertThrows(
      () => assertRetryPolicy(policy as RetryPolicy, "Step"),
      WrkflwError,
    );
    assertEquals([thrown.code, thrown.message], ["INVALID_DEFINITION", message]);
  }
  assertRetryPolicy({ attempts: 1, initialMs: 0, factor: 1, maxMs: 0, jitter: false }, "Step");
});
