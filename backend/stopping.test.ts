import { assertEquals } from "@std/assert";
import { Stopping } from "./stopping.ts";

Deno.test("all that watches is told once, with the first reason, and the signal aborts", () => {
  const stopping = new Stopping();
  const told: unknown[] = [];
  const watchers = ["a", "b"].map((name) => (reason: unknown) => told.push([name, reason]));
  for (const tell of watchers) stopping.watch(tell);
  assertEquals([stopping.signal.aborted, told], [false, []]);
  stopping.stop("lost");
  stopping.stop("later");
  assertEquals([stopping.signal.aborted, stopping.signal.reason], [true, "lost"]);
  assertEquals(told, [
    ["a", "lost"],
    ["b", "lost"],
  ]);
});

Deno.test("what watches no more is not told", () => {
  const stopping = new Stopping();
  const told: unknown[] = [];
  const [gone, stays] = [() => told.push("gone"), () => told.push("stays")];
  stopping.watch(gone);
  stopping.watch(stays);
  stopping.unwatch(gone);
  stopping.stop("lost");
  assertEquals(told, ["stays"]);
});

Deno.test("a watcher that lets go of itself while it is told keeps no other from being told", () => {
  const stopping = new Stopping();
  const told: string[] = [];
  const first = () => {
    told.push("first");
    stopping.unwatch(first);
  };
  stopping.watch(first);
  stopping.watch(() => told.push("second"));
  stopping.stop("lost");
  assertEquals(told, ["first", "second"]);
});
