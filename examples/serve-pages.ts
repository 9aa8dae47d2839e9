/**
 * The pages and the HTTP API on this machine, and an engine that works on what becomes due.
 *
 * Run it: deno run -A examples/serve-pages.ts
 * Stop it with Ctrl+C. Its runs are kept in memory; "file:app.db" would keep them.
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";
import { createApp, createLoginLink } from "../frontend/app.tsx";

const Name = z.object({ name: z.string() });
const Greeting = z.object({ text: z.string() });

const greet = createStep({
  id: "greet",
  inputSchema: Name,
  outputSchema: Greeting,
  execute: ({ inputData, log }) => {
    log.info(`Greeting ${inputData.name}`);
    return { text: `Hello ${inputData.name}` };
  },
});

const greeting = createWorkflow({
  id: "greeting",
  description: "Says hello, after a moment",
  inputSchema: Name,
  outputSchema: Greeting,
})
  .sleep("1s")
  .then(greet)
  .commit();

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
// The second argument fills the form with which people start a run.
engine.register(greeting, { name: "Ann" });
await (await engine.createRun(greeting)).enqueue({ inputData: { name: "Bob" } });

// With WRKFLW_TOKEN set, everybody who knows it may come in; without it, this machine only.
const app = createApp({ engine });
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());

const port = Number(Deno.env.get("PORT") ?? 8000);
const options = { hostname: "127.0.0.1", port, signal: stop.signal };
const server = Deno.serve(
  {
    ...options,
    onListen: ({ port }) => console.log(createLoginLink(app, `http://localhost:${port}`)),
  },
  app.fetch,
);

// On a platform without long-lived processes, a timer calls engine.tick() instead.
await engine.work({ signal: stop.signal });
await server.finished;
