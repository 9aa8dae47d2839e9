/** What a program pays for before its first line, since every cold start pays for it. */
import { assert, assertEquals } from "@std/assert";
import { staticModules } from "./testing/static-modules.ts";

const { own, others } = await staticModules("backend/index.ts");

Deno.test("the library loads two packages and no module of the runtime when it is imported", () => {
  // Deno needs some 15 ms for node:crypto alone: as long as for all that is loaded here. node:timers takes 4.
  assertEquals(
    others.map((specifier) => specifier.replace(/@[\d.]+/, "")),
    ["npm:/@noble/hashes/sha2.js", "npm:/superjson"],
  );
});

Deno.test("the library loads at most 126 files of its own when it is imported", () => {
  assert(own.includes("backend/index.ts") && own.length > 50, "imports are not followed");
  assert(
    own.length <= 126,
    `${own.length} files: import when it is needed what a run does not need`,
  );
});

Deno.test("what a first run does not need is not loaded when the library is imported", () => {
  const lazy = [
    /^backend\/(api|access|cli|val-town)\//,
    /^backend\/(ticker|pool|sweeper|scheduler|schedule-slots|resume|retry-run|send-event)\.ts$/,
    /^backend\/databases\/(libsql|val-town|remote-error|local-opening)\.ts$/,
    /^backend\/migrations\/(move-old-runs|import-old-runs|old-table|verify-schema|rebuild-table)\.ts$/,
    /^backend\/storage\/(claim-many|retention|retry-statements|run-page|run-search|snapshot-statements)\.ts$/,
    /^backend\/prebuilt\/request\/(send-request|request-rules|addresses|resolve-name|read-body)\.ts$/,
  ];
  assertEquals(
    own.filter((path) => lazy.some((pattern) => pattern.test(path))),
    [],
  );
});

const FIRST_RUN = `
for (const name of ["process", "Buffer", "setTimeout", "setImmediate"]) {
  const get = () => { throw new Error(name + " was looked at"); };
  Object.defineProperty(globalThis, name, { get });
}
const { createStep, createWorkflow } = await import("./backend/index.ts");
const any = { "~standard": { version: 1, vendor: "none", validate: (value) => ({ value }) } };
const schemas = { inputSchema: any, outputSchema: any };
const step = createStep({ id: "step", ...schemas, execute: ({ inputData }) => inputData + 1 });
const flow = createWorkflow({ id: "flow", ...schemas }).then(step).commit();
console.log(await (await flow.createRun()).start({ inputData: 1 }));
`;

Deno.test("a first run looks at none of the globals that Deno makes when they are used, and starts no timer", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", FIRST_RUN],
    cwd: new URL("..", import.meta.url),
    env: { WRKFLW_DATABASE_URL: ":memory:", NO_COLOR: "1" },
    stderr: "inherit",
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "2\n");
});
