/** Runs one backup with an engine of its own, until it is terminated in the middle of it. */
import { z } from "npm:zod@4.6.7";
import { ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { backup } from "./backup.ts";

const Order = z.object({
  databaseUrl: z.string(),
  leaseMs: z.number(),
  runId: z.string(),
  inputData: z.object({ from: z.string(), to: z.string(), pauseMs: z.int() }),
});

/** What the worker is told to do. */
export type BackupOrder = z.infer<typeof Order>;

addEventListener("message", async (event) => {
  if (!(event instanceof MessageEvent)) return;
  const { databaseUrl, leaseMs, runId, inputData } = Order.parse(event.data);
  const engine = new ExecutionEngine(new WorkflowStorage({ url: databaseUrl }), { leaseMs });
  const run = await engine.createRun(backup, { runId, tags: ["killed"] });
  await run.start({ inputData });
});
