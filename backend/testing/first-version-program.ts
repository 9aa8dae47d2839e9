/**
 * The first version's quick start, storage, error and snapshot examples, unchanged but for where
 * they import from. Prints what each found as one line of JSON.
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, visualizeExecution, WorkflowStorage } from "../index.ts";

const db = {
  getUser: (userId: string) => Promise.resolve({ name: `User ${userId}`, email: "u@example.com" }),
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

async function quickStart(): Promise<unknown> {
  const run = await emailWorkflow.createRun();
  const result = await run.start({
    inputData: { userId: "user-123" },
  });
  const snapshot = await run.getSnapshot();
  return {
    result,
    status: snapshot?.status,
    stepResults: Object.keys(snapshot?.stepResults || {}),
    executionPath: snapshot?.executionPath,
  };
}

async function customRunId(): Promise<unknown> {
  await emailWorkflow.init();
  const run = await emailWorkflow.createRun("custom-run-id");
  return [run.runId, run.workflowId, emailWorkflow.id];
}

async function storageExamples(): Promise<unknown> {
  const storage = new WorkflowStorage();
  await storage.init();

  // List all runs
  const runs = await storage.listRuns();

  // List runs for specific workflow
  const workflowRuns = await storage.listRuns("my-workflow-id");

  // Get runs by status
  const failedRuns = await storage.getRunsByStatus("failed");

  return [runs.map((run) => run.workflowId), workflowRuns, failedRuns.map((run) => run.error)];
}

async function errorHandling(): Promise<unknown> {
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
  try {
    await run.start({ inputData: { userId: "1" } });
    return "it did not fail";
  } catch (error) {
    const snapshot = await run.getSnapshot();
    return [(error as Error).message.includes("No such user"), snapshot?.status, snapshot?.error];
  }
}

async function visualization(): Promise<unknown> {
  const staticDiagram = emailWorkflow.visualize("mermaid", {
    includeDescriptions: true,
  });
  const run = await emailWorkflow.createRun();
  const before = await run.visualize();
  await run.start({ inputData: { userId: "user-9" } });
  const executionDiagram = await run.visualize("mermaid", {
    includeDescriptions: true,
    highlightCurrentStep: true,
    showStatus: true,
  });
  const snapshot = await run.getSnapshot();
  if (!snapshot) return "there is no snapshot";
  const ofSnapshot = visualizeExecution(emailWorkflow, snapshot, "mermaid", {
    highlightCurrentStep: true,
    showStatus: true,
  });
  const diagrams = [staticDiagram, executionDiagram, ofSnapshot];
  return [before, ...diagrams.map((diagram) => diagram?.match(/fetch.*user/)?.[0])];
}

if (import.meta.main) {
  for (const example of [quickStart, customRunId, errorHandling, visualization, storageExamples]) {
    await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(await example())}\n`));
  }
}
