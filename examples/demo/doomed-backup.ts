/** Begins a backup in a worker and kills it half way; the demo's own engine finishes the run. */
import { join } from "node:path";
import type { ExecutionEngine, RunStatus } from "../../backend/index.ts";
import { describeExecutions } from "./backup-folder.ts";
import type { BackupOrder } from "./backup-worker.ts";
import { DATA_FOLDER } from "./data-folder.ts";

/** What the backup needs of the demo. */
export interface DoomedBackupOptions {
  readonly engine: ExecutionEngine;
  readonly databaseUrl: string;
  readonly leaseMs: number;
  readonly outputFolder: string;
}

/** A backup at work in a worker that is going to be killed. */
export interface DoomedBackup {
  readonly runId: string;
  /** Terminates the worker while the step `copy-files` is at work. */
  killHalfWay(): Promise<void>;
  /** Resolves when somebody has finished the run, with what was executed on the way. */
  finished(): Promise<{ status: RunStatus; executions: string }>;
}

const PAUSE_PER_FILE_MS = 500;
const FIRST_FILES_MS = 700;

/** Resolves when the worker is at work on its run. */
export async function startDoomedBackup(options: DoomedBackupOptions): Promise<DoomedBackup> {
  const { engine, databaseUrl, leaseMs, outputFolder } = options;
  const runId = `backup-${crypto.randomUUID().slice(0, 8)}`;
  const to = join(outputFolder, runId);
  const inputData = { from: DATA_FOLDER, to, pauseMs: PAUSE_PER_FILE_MS };
  const worker = startWorker({ databaseUrl, leaseMs, runId, inputData });
  await until(async () => (await engine.storage.loadRun(runId)) !== null);

  return {
    runId,
    killHalfWay: async () => {
      await until(async () => {
        const loaded = await engine.storage.loadRun(runId);
        return loaded?.run.position?.includes("copy-files") ?? false;
      });
      await pause(FIRST_FILES_MS);
      worker.terminate();
    },
    finished: async () => {
      await until(async () => (await engine.storage.loadRun(runId))?.run.endedAt !== null);
      const status = (await engine.loadSnapshot(runId))?.status ?? "canceled";
      return { status, executions: await describeExecutions(to) };
    },
  };
}

function startWorker(order: BackupOrder): Worker {
  const worker = new Worker(new URL("./backup-worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    console.error(`The backup's worker failed: ${event.message}`);
  });
  worker.postMessage(order);
  return worker;
}

const POLL_MS = 50;
const PATIENCE_MS = 30_000;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("The backup takes too long: look at its page");
    await pause(POLL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
