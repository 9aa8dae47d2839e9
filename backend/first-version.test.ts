/** The first version's quick start and storage examples, as its users have them. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createStep, createWorkflow, WorkflowStorage } from "./index.ts";

/** `new WorkflowStorage()` finds its database in the environment; the default engine keeps it for good. */
const folder = await Deno.makeTempDir();
Deno.env.set("WRKFLW_DATABASE_URL", `file:${folder}/wrkflw.db`);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const db = {
  getUser: (userId: string) =>
    Promise.resolve({ name: `User ${userId}`, email: "user@example.com" }),
};

const fetchUser = createStep({
  id: "fetch-user",
  inputSchema: z.object({ userId: z.string() }),
  outputSchema: z.object({ name: z.string(), email: z.string() }),
  execute: async ({ inputData }) => {
    const user = await db.getUser(inputData.userId);
    return { name: user.name, email: user.email };
  },
});

const generateEmail = createStep({
  id: "generate-email",
  inputSchema: z.object({ name: z.string(), email: z.string() }),
  outputSchema: z.object({ subject: z.string(), body: z.string() }),
  execute: ({ inputData }) => ({ subject: `Hello ${inputData.name}`, body: "Welcome" }),
});

const sendEmail = createStep({
  id: "send-email",
  inputSchema: z.object({ subject: z.string(), body: z.string() }),
  outputSchema: z.object({ sent: z.boolean() }),
  execute: ({ inputData, getStepResult }) => ({
    sent: inputData.subject.includes(getStepResult(fetchUser).name),
  }),
});

const emailWorkflow = createWorkflow({
  id: "email-campaign",
  inputSchema: z.object({ userId: z.string() }),
  outputSchema: z.object({ sent: z.boolean() }),
})
  .then(fetchUser)
  .then(generateEmail)
  .then(sendEmail)
  .commit();

// The default engine's database stays open for as long as the process lives.
const leaky = { sanitizeResources: false, sanitizeOps: false };

Deno.test("the first version's quick start runs as it stands", leaky, async () => {
  const run = await emailWorkflow.createRun();
  const result = await run.start({
    inputData: { userId: "user-123" },
  });
  assertEquals(result, { sent: true });
  const snapshot = await run.getSnapshot();
  assertEquals(snapshot?.status, "success");
  assertEquals(Object.keys(snapshot?.stepResults ?? {}), [
    "fetch-user",
    "generate-email",
    "send-email",
  ]);
  assertEquals(snapshot?.executionPath, [0, 1, 2]);
});

Deno.test(
  "the first version's custom run id, init() and schemas of a workflow stay",
  leaky,
  async () => {
    await emailWorkflow.init();
    const run = await emailWorkflow.createRun("custom-run-id");
    assertEquals(
      [run.runId, run.workflowId, emailWorkflow.id],
      ["custom-run-id", "email-campaign", "email-campaign"],
    );
    assert(emailWorkflow.inputSchema !== undefined && emailWorkflow.outputSchema !== undefined);
  },
);

Deno.test("the first version's storage examples run as they stand", leaky, async () => {
  const storage = new WorkflowStorage();
  await storage.init();

  const runs = await storage.listRuns();
  const workflowRuns = await storage.listRuns("my-workflow-id");
  const failedRuns = await storage.getRunsByStatus("failed");

  assertEquals([runs.length >= 1, workflowRuns, failedRuns], [true, [], []]);
  await storage.close();
});

Deno.test("the first version's error handling runs as it stands", leaky, async () => {
  const failing = createStep({
    id: "failing",
    inputSchema: z.object({ userId: z.string() }),
    outputSchema: z.object({ sent: z.boolean() }),
    execute: () => {
      throw new Error("No such user");
    },
  });
  const workflow = createWorkflow({
    id: "failing-campaign",
    inputSchema: z.object({ userId: z.string() }),
    outputSchema: z.object({ sent: z.boolean() }),
  })
    .then(failing)
    .commit();
  const run = await workflow.createRun();
  await assertRejects(() => run.start({ inputData: { userId: "1" } }), Error, "No such user");
  const snapshot = await run.getSnapshot();
  assertEquals([snapshot?.status, snapshot?.error], ["failed", "No such user"]);
});

Deno.test(
  "steps made with zod 3 schemas run, as the first version's users have them",
  leaky,
  async () => {
    const { z: zod3 } = await import("npm:zod@4.6.7/v3");
    const double = createStep({
      id: "double",
      inputSchema: zod3.object({ n: zod3.number() }),
      outputSchema: zod3.object({ n: zod3.number() }),
      execute: ({ inputData }) => ({ n: inputData.n * 2 }),
    });
    const workflow = createWorkflow({
      id: "zod-3",
      inputSchema: zod3.object({ n: zod3.number() }),
      outputSchema: zod3.object({ n: zod3.number() }),
    })
      .then(double)
      .commit();
    const run = await workflow.createRun();
    assertEquals(await run.start({ inputData: { n: 2 } }), { n: 4 });
  },
);
