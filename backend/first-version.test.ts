/** What users of the first version have goes on working. */

import { z } from "npm:zod@4.6.7/v3";
import { assertEquals } from "@std/assert";
import { createStep } from "./step.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const PROGRAM = new URL("./testing/first-version-program.ts", import.meta.url);

Deno.test("the first version's examples run as they stand, on the default database", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-lock", PROGRAM.href],
      cwd: folder,
      env: { WRKFLW_DATABASE_URL: "" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const found = new TextDecoder()
      .decode(stdout)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(found, [
      {
        result: { sent: true },
        status: "success",
        stepResults: ["fetch-user", "generate-email", "send-email"],
        executionPath: [0, 1, 2],
      },
      ["custom-run-id", "email-campaign", "email-campaign"],
      [true, "failed", "No such user"],
      [null, "fetch#45;user", "fetch#45;user", "fetch#45;user"],
      [["email-campaign", "failing-campaign", "email-campaign"], [], ["No such user"]],
    ]);
    assertEquals((await Deno.stat(`${folder}/wrkflw.db`)).isFile, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("steps made with zod 3 schemas run, as the first version's users have them", async () => {
  await using world = await World.create();
  const Value = z.object({ n: z.number() });
  const double = createStep({
    id: "double",
    inputSchema: Value,
    outputSchema: Value,
    execute: ({ inputData }) => ({ n: inputData.n * 2 }),
  });
  const flow = createWorkflow({ id: "zod-3", inputSchema: Value, outputSchema: Value })
    .then(double)
    .commit();
  const run = await world.engine().createRun(flow);
  assertEquals(await world.effects.until(run.start({ inputData: { n: 2 } })), { n: 4 });
});
