/** @jsxImportSource npm:hono@4.13.19/jsx */
import { assertEquals } from "@std/assert";
import { SuccessRate } from "./success-rate.tsx";

/** What is read, without the marks. */
function textOf(counts: Readonly<Record<string, number>>): string {
  const html = String(<SuccessRate counts={new Map(Object.entries(counts))} />);
  return html.replace(/<[^>]*>/g, "");
}

Deno.test("the success rate says of how many runs it speaks", () => {
  assertEquals(
    textOf({ success: 1, canceled: 1, suspended: 1 }),
    "1 of 1 that ran to an end succeeded, 3 runs in all",
  );
  assertEquals(
    textOf({ success: 1_999, failed: 1 }),
    "1,999 of 2,000 that ran to an end succeeded, 2,000 runs in all, 1 failed",
  );
});

Deno.test("there is no success rate while no run has ended", () => {
  assertEquals(textOf({ suspended: 1 }), "1 run");
  assertEquals(textOf({}), "0 runs");
});
