/** The package for npm works on Node as it is packed, and that for JSR can be published. */
import { assert, assertEquals } from "@std/assert";
import { NODES, NpmProject, run } from "./testing/npm-project.ts";

const ROOT = new URL("../", import.meta.url);

const APP = `
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
import { createApp } from "@wrkflw/wrkflw/app";
import { tickVal } from "@wrkflw/wrkflw/val-town";
import { serve } from "@hono/node-server";
import { z } from "zod";

const Count = z.object({ n: z.number() });
const add = createStep({
  id: "add",
  inputSchema: Count,
  outputSchema: Count,
  execute: ({ inputData }) => ({ n: inputData.n + 1 }),
});
export const counting = createWorkflow({
  id: "counting",
  inputSchema: Count,
  outputSchema: Count,
  schedule: { cron: "0 8 * * *", timezone: "Asia/Tokyo", inputData: { n: 0 } },
}).then(add).sleep(5).commit();

async function main(): Promise<void> {
  const storage = new WorkflowStorage();
  const engine = new ExecutionEngine(storage, { workflows: [counting] });
  const run = await engine.createRun(counting, "r1");
  const { n } = await run.start({ inputData: { n: 41 } });
  // @ts-expect-error: types reach the user
  const text: string = n;
  const { nextDueInMs } = await tickVal(engine)();
  const app = createApp({ engine, token: "a long secret" });
  const options = { fetch: app.fetch, port: 0, hostname: "127.0.0.1" };
  const server = serve(options, async ({ port }) => {
    const headers = { authorization: "Bearer a long secret" };
    const get = (path: string, init = {}) => fetch("http://127.0.0.1:" + port + path, init);
    const page = await get("/runs/r1", { headers });
    console.log(JSON.stringify({
      text,
      kind: counting.constructor.name,
      isScheduled: nextDueInMs !== null,
      page: [page.status, (await page.text()).includes("counting")],
      health: await (await get("/api/health", { headers })).json(),
      stranger: (await get("/runs")).status,
    }));
    server.close();
    await storage.close();
  });
}
if (process.argv[1]?.endsWith("app.js")) await main();
`;

const EXPECTED = {
  text: 42,
  kind: "Workflow",
  isScheduled: true,
  page: [200, true],
  health: { status: "ok" },
  stranger: 401,
};

const TSC = [
  "--strict",

  "--module",
  "nodenext",
  "--target",
  "es2024",
  "--types",
  "node",
];

Deno.test({
  name: "the npm package is typed, runs workflows, serves the app and has its program on Node 22 and 24",
  ignore: !(await npmAnswers()),
  fn: async () => {
    await using project = await NpmProject.create();
    await project.write("app.ts", APP);
    const compiled = await project.run(project.bin("tsc"), [...TSC, "app.ts"]);
    assertEquals(compiled.stdout, "");
    for (const version of Object.keys(NODES)) {
      const env = { WRKFLW_DATABASE_URL: `file:${version}.db`, NODE_NO_WARNINGS: "1" };
      const ran = await project.node(version, ["app.js"], env);
      assert(ran.success, ran.stderr);
      assertEquals(JSON.parse(ran.stdout), EXPECTED, version);

      const cli = (...args: string[]) =>
        project.node(version, [project.bin("wrkflw"), ...args], env);
      const listed = JSON.parse((await cli("--json", "runs")).stdout);
      assertEquals(
        listed.runs.map(({ runId, status }: Record<string, string>) => [runId, status]),
        [["r1", "success"]],
      );
      const drawn = await cli("--workflows", "app.js", "visualize", "counting");
      assert(drawn.stdout.includes("add"), drawn.stderr);
    }
  },
});

/** Where it does not, what it would install cannot be had; with `WRKFLW_REQUIRE_ALL=1` that is a failure. */
async function npmAnswers(): Promise<boolean> {
  if (Deno.env.get("WRKFLW_REQUIRE_ALL") === "1") return true;
  const asked = run("npm", ["view", "zod@4.6.7", "version"], { cwd: ROOT });
  return await asked.then(
    ({ success }) => success,
    () => false,
  );
}

/** Modules that load what only their users can name. */
const UNANALYZABLE = ["backend/cli/open-engine.ts", "backend/databases/val-town.ts"];

Deno.test("deno publish has nothing to say against the package but what it cannot know", async () => {
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const { success, stdout, stderr } = await run(Deno.execPath(), args, { cwd: ROOT });
  const said = stdout + stderr;
  assert(success, said);
  const complaints = [...said.matchAll(/^(?:warning|error)\[([\w-]+)\][\s\S]*?-->\s*(\S+?):\d+/gm)];
  assertEquals(
    complaints.map(([, kind, path = ""]) => `${kind}: ${path.replace(ROOT.pathname, "")}`).sort(),
    UNANALYZABLE.map((path) => `unanalyzable-dynamic-import: ${path}`),
  );
  assert(!/\.test\.tsx?|\/testing\//.test(said), "tests would be published");
});
