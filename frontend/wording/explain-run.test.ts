import { assertEquals } from "@std/assert";
import type { RunSummary } from "../../backend/index.ts";
import { explainRun } from "./explain-run.ts";

const NOW = 1_763_000_000_000;
const MINUTE_MS = 60_000;

function explain(given: Partial<RunSummary>): string {
  return explainRun(
    {
      runId: "r",
      workflowId: "w",
      status: "running",
      createdAt: NOW,
      updatedAt: NOW,
      startedAt: NOW,
      endedAt: null,
      dueAt: null,
      error: null,
      waits: null,
      position: null,
      tags: [],
      ...given,
    },
    NOW,
  );
}

Deno.test("each status is told in words that say what happens next", () => {
  const until = NOW + 10 * MINUTE_MS;
  const cases: [Partial<RunSummary>, string][] = [
    [{ status: "success" }, ""],
    [{ status: "canceled" }, ""],
    [{ status: "failed", error: "No paper" }, "No paper"],
    [{ status: "failed" }, "No error was stored"],
    [{ status: "blocked" }, "It cannot go on with the code at hand"],
    [{ status: "pending", dueAt: until }, "Starts in 10 min"],
    [{ status: "pending", dueAt: NOW - 1 }, "Starts at the next tick"],
    [{ status: "pending" }, "Not started yet"],
    [{ dueAt: until, position: '["a","b"]' }, "At work on a, b"],
    [{ dueAt: until }, ""],
    [
      { dueAt: NOW - 1, position: '["a"]' },
      "Its process stopped at a; it goes on at the next tick",
    ],
    [{ dueAt: NOW - 1 }, "Its process stopped; it goes on at the next tick"],
    [
      { status: "waiting", waits: JSON.stringify([{ path: "nap", until }]) },
      "nap goes on in 10 min",
    ],
    [
      { status: "waiting", waits: JSON.stringify([{ path: "nap", until: NOW }]) },
      "nap goes on at the next tick",
    ],
    [
      { status: "suspended", waits: '[{"path":"ask"},{"path":"sign"}]' },
      "ask waits to be resumed; sign waits to be resumed",
    ],
  ];
  for (const [given, expected] of cases) assertEquals(explain(given), expected);
});

Deno.test("what is stored in a way that nobody can read is told in general words", () => {
  for (const waits of [null, "", "{", "null", "7", "[1]", '"x"']) {
    assertEquals(explain({ status: "waiting", waits }), "Waits for a moment to come");
    assertEquals(explain({ status: "suspended", waits }), "Waits to be resumed");
  }
  for (const position of ["", "{", "null", "[1]"]) assertEquals(explain({ position }), "");
});
