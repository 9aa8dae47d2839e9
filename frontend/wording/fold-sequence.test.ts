import { assertEquals } from "@std/assert";
import type { TreeStatus } from "../../backend/index.ts";
import { foldSequence } from "./fold-sequence.ts";

function node(id: string, status: TreeStatus = "success") {
  const activity = { status, counts: {}, places: [], startedAt: null, endedAt: null };
  return { path: id, id, kind: "step", arrangement: "beside", children: [], activity } as const;
}

function sizesOf(statuses: readonly TreeStatus[]): number[] {
  const nodes = statuses.map((status, index) => node(`n${index}`, status));
  return foldSequence(nodes).map((item) => item.nodes.length);
}

function times(count: number, status: TreeStatus): TreeStatus[] {
  return Array.from({ length: count }, () => status);
}

Deno.test("a short row stands as it is", () => {
  assertEquals(sizesOf(times(40, "success")), Array(40).fill(1));
  assertEquals(sizesOf([]), []);
});

Deno.test("the middle of a long row of what looks alike is folded", () => {
  assertEquals(sizesOf(times(200, "success")), [...Array(10).fill(1), 180, ...Array(10).fill(1)]);
});

Deno.test("what failed, waits or is at work is never folded away", () => {
  for (const status of ["failed", "waiting", "suspended", "running", "blocked"] as const) {
    const sizes = sizesOf([...times(100, "success"), status, ...times(100, "not-reached")]);
    assertEquals(
      sizes.filter((size) => size > 1),
      [80, 80],
      status,
    );
    assertEquals(sizes[21], 1);
  }
  assertEquals(sizesOf(times(200, "failed")), Array(200).fill(1));
});
