/** What a program pays for before its first line, since every cold start pays for it. */
import { assert, assertEquals } from "@std/assert";
import { staticModules } from "./testing/static-modules.ts";

const { own, others } = await staticModules("backend/index.ts");

Deno.test("the library loads two packages and one module of the runtime when it is imported", () => {
  // Deno needs some 15 ms for node:crypto alone: as long as for all that is loaded here.
  assertEquals(
    others.map((specifier) => specifier.replace(/@[\d.]+/, "")),
    ["node:timers", "npm:/@noble/hashes/sha2.js", "npm:/superjson"],
  );
});

Deno.test("the library loads at most 120 files of its own when it is imported", () => {
  assert(own.includes("backend/index.ts") && own.length > 50, "imports are not followed");
  assert(
    own.length <= 120,
    `${own.length} files: import when it is needed what a run does not need`,
  );
});

Deno.test("what a first run does not need is not loaded when the library is imported", () => {
  const lazy = [
    /^backend\/(api|access|cli|val-town)\//,
    /^backend\/(ticker|pool|sweeper|scheduler|schedule-slots|resume|retry-run|send-event)\.ts$/,
    /^backend\/databases\/(libsql|val-town|remote-error|local-opening)\.ts$/,
    /^backend\/migrations\/(move-old-runs|import-old-runs|old-table|verify-schema|rebuild-table)\.ts$/,
    /^backend\/storage\/(retention|retry-statements|run-page|run-search|snapshot-statements)\.ts$/,
    /^backend\/prebuilt\/request\/(send-request|request-rules|addresses|read-body)\.ts$/,
  ];
  assertEquals(
    own.filter((path) => lazy.some((pattern) => pattern.test(path))),
    [],
  );
});
