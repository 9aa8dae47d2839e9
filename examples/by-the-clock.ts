/**
 * A workflow that starts by itself, in the time zone of those who read the result. Here every
 * second; in earnest "0 8 * * MON-FRI".
 *
 * Run it: deno run -A examples/by-the-clock.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

const Slot = z.object({ slot: z.date() });

const report = createStep({
  id: "report",
  inputSchema: Slot,
  outputSchema: Slot,
  execute: ({ inputData }) => inputData,
});

const everySecond = createWorkflow({
  id: "report",
  inputSchema: Slot,
  outputSchema: Slot,
  schedule: {
    cron: "* * * * * *",
    timezone: "Europe/Berlin",
    // What each run is given: a value, or a function of its slot.
    inputData: ({ scheduledAt }) => ({ slot: scheduledAt }),
    // While the run before is not over: "skip" (the default), "queue" or "allow".
    overlap: "queue",
    // After a time without ticks: the "latest" slot (the default), "none" or "all" of them.
    catchUp: "all",
  },
})
  .then(report)
  .commit();

const storage = new WorkflowStorage({ url: ":memory:" });
// Two programs with the same workflow: each slot is run once all the same.
const engines = [1, 2].map(() => new ExecutionEngine(storage, { workflows: [everySecond] }));
const done = new AbortController();
const slots: number[] = [];
const onRun = () => slots.push(slots.length + 1) === 3 && done.abort();
await Promise.all(engines.map((engine) => engine.work({ signal: done.signal, onRun })));

const runs = await storage.listRuns();
const times = runs.map(({ inputData }) => Slot.parse(inputData).slot.getTime());
console.log(`${runs.length >= 3 ? "three" : "fewer"} runs, all of them ${runs[0]?.status}`);
console.log(`no slot twice: ${new Set(times).size === times.length}`);
console.log(`on the second: ${times.every((time) => time % 1_000 === 0)}`);
