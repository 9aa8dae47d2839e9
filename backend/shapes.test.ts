import { assertEquals } from "@std/assert";
import type { NodeShape } from "./node.ts";
import { idIn, inScope, nodeAt, scopeOf, topLevelIndex } from "./shapes.ts";

const step = (id: string): NodeShape => ({ kind: "step", id });

const inner: NodeShape = {
  kind: "workflow",
  id: "inner",
  opensScope: true,
  children: [step("a"), { kind: "map", id: "map" }],
};
const flow: NodeShape = {
  kind: "workflow",
  id: "flow",
  opensScope: true,
  children: [
    step("a"),
    { kind: "map", id: "map" },
    { kind: "map", id: "map#2" },
    { kind: "parallel", id: "parallel", children: [step("left"), inner] },
    { kind: "foreach", id: "foreach", children: [step("item")] },
    { kind: "dountil", id: "dountil", children: [step("poll")] },
  ],
};

const ids = (shapes: readonly NodeShape[]) => shapes.map(({ id }) => id);

Deno.test("a scope holds a workflow's nodes and those of its constructs, but not of workflows within", () => {
  assertEquals(ids(scopeOf(flow)), [
    ..."a map map#2 parallel left inner foreach item dountil poll".split(" "),
  ]);
  assertEquals(ids(inScope(inner)), ["inner"]);
  assertEquals(scopeOf(step("a")), []);
});

Deno.test("the id in a segment is read without its item or turn", () => {
  const known = new Set(["items", "poll", "map", "map#2"]);
  const segments = ["items[17]", "poll#3", "map", "map#2", "map#3", "items", "gone", "gone[1]"];
  assertEquals(
    segments.map((segment) => idIn(segment, known)),
    ["items", "poll", "map", "map#2", "map", "items", "gone", "gone"],
  );
});

Deno.test("a path leads to its node, or to none", () => {
  const found: readonly [string, string | undefined][] = [
    ["a", "a"],
    ["left", "left"],
    ["inner", "inner"],
    ["inner/a", "a"],
    ["inner/map", "map"],
    ["item[3]", "item"],
    ["poll#12", "poll"],
    ["dountil[1]", "dountil"],
    ["map#2", "map#2"],
    ["map#3", undefined],
    ["inner/map#2", undefined],
    ["inner/left", undefined],
    ["a/b", undefined],
    ["", undefined],
    ["gone", undefined],
  ];
  for (const [path, id] of found) assertEquals(nodeAt(flow, path)?.id, id, path);
});

Deno.test("the top-level entry of a path is told by its position", () => {
  const indexOf = topLevelIndex(() => flow);
  const paths = ["a", "map#2", "left", "inner/a", "item[0]", "poll#2", "gone"];
  assertEquals(paths.map(indexOf), [0, 2, 3, 3, 4, 5, -1]);
});
