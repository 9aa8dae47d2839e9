import type { Hono } from "npm:hono@4.13.19";
import { z } from "npm:zod@4.6.7";
import {
  createStep,
  createWorkflow,
  ExecutionEngine,
  type StepRecord,
  WorkflowStorage,
} from "../../backend/index.ts";
import { type AppOptions, createApp } from "../app.tsx";

/** An app over an empty database in memory, and how to ask it for things. */
export interface OpenApp extends AsyncDisposable {
  readonly app: Hono;
  readonly engine: ExecutionEngine;
  readonly storage: WorkflowStorage;
  /** A request from this machine. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The text of a page that is asked for from this machine. */
  page(path: string): Promise<string>;
}

/** What `Deno.serve` hands on with a request from this machine. */
export const LOCAL = { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 50_000 } };

/** What comes with a form that one of the app's own pages sends. */
export const OWN_PAGE = { "Sec-Fetch-Site": "same-origin" };

/** Opens an app; without a token unless the options have one. */
export function openApp(options: Partial<AppOptions> = {}): OpenApp {
  const storage = new WorkflowStorage({ url: ":memory:" });
  const engine = new ExecutionEngine(storage, { workflows: [greeting, failing] });
  const app = createApp({ engine, token: "", ...options });
  async function request(path: string, init?: RequestInit): Promise<Response> {
    return await app.request(path, init, LOCAL);
  }
  return {
    app,
    engine,
    storage,
    request,
    page: async (path) => await (await request(path)).text(),
    [Symbol.asyncDispose]: () => storage.close(),
  };
}

/** Greets in two steps, one of them in a nested workflow. */
export const greeting = createWorkflow({
  id: "greeting",
  inputSchema: z.object({ name: z.string() }),
  outputSchema: z.object({ text: z.string() }),
})
  .then(
    createStep({
      id: "compose",
      inputSchema: z.object({ name: z.string() }),
      outputSchema: z.object({ text: z.string() }),
      execute: ({ inputData, log, setState }) => {
        log.info("Composing", { for: inputData.name });
        setState({ polite: true });
        return { text: `Hello ${inputData.name}` };
      },
    }),
  )
  .then(
    createWorkflow({
      id: "polish",
      inputSchema: z.object({ text: z.string() }),
      outputSchema: z.object({ text: z.string() }),
    })
      .then(
        createStep({
          id: "exclaim",
          inputSchema: z.object({ text: z.string() }),
          outputSchema: z.object({ text: z.string() }),
          execute: ({ inputData }) => ({ text: `${inputData.text}!` }),
        }),
      )
      .commit(),
  )
  .commit();

/** Fails with the message it is given. */
export const failing = createWorkflow({
  id: "failing",
  inputSchema: z.string(),
  outputSchema: z.string(),
})
  .then(
    createStep({
      id: "break",
      inputSchema: z.string(),
      outputSchema: z.string(),
      execute: ({ inputData }) => {
        throw new RangeError(inputData, { cause: new TypeError(`cause of ${inputData}`) });
      },
    }),
  )
  .commit();

/** Starts a run of {@linkcode greeting} and gives its id. */
export async function greet(
  engine: ExecutionEngine,
  name: string,
  tags: string[] = [],
): Promise<string> {
  const run = await engine.createRun(greeting, { tags });
  await run.start({ inputData: { name } });
  return run.runId;
}

/** Starts a run of {@linkcode failing} and gives its id. */
export async function fail(engine: ExecutionEngine, message: string): Promise<string> {
  const run = await engine.createRun(failing);
  await run.safeStart({ inputData: message });
  return run.runId;
}

/** A record as the journal would write it. */
export function record(given: Partial<StepRecord> & { readonly seq: number }): StepRecord {
  return {
    path: `step-${given.seq}`,
    firstSeq: given.seq,
    attempt: 1,
    kind: "step",
    status: "success",
    input: null,
    inputFrom: null,
    output: null,
    error: null,
    wait: null,
    state: null,
    logs: null,
    startedAt: 1_763_000_000_000,
    endedAt: 1_763_000_000_250,
    ...given,
  };
}

/** Stores a run that is at work, with the given records. */
export async function storeRun(
  storage: WorkflowStorage,
  runId: string,
  steps: readonly StepRecord[],
  given: Partial<Record<"workflowId" | "tags" | "position" | "input", string>> = {},
): Promise<{ readonly runId: string; readonly epoch: number }> {
  const { run } = await storage.createRun({
    runId,
    inputKey: "",
    definition: "",
    workflowId: given.workflowId ?? "stored",
    status: "running",
    dueInMs: 60_000,
    input: given.input ?? '{"n":1}',
    state: "{}",
    idempotencyKey: null,
    tags: given.tags ?? null,
    writeId: crypto.randomUUID(),
  });
  await storage.commit(() => ({
    runId,
    epoch: run.epoch,
    steps,
    // As a process does that holds its run for long: lists know the position by that.
    leaseMs: 1,
    reached: 0,
    position: given.position ?? null,
  }));
  return { runId, epoch: run.epoch };
}
