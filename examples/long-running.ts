/**
 * A trial of two weeks that a program follows though it is dead for nearly all of the time. Here a
 * day is a fifth of a second, and the program that begins the run is not the one that ends it.
 *
 * Run it: deno run -A examples/long-running.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

/** In earnest: 86_400_000, or simply .sleep("7d"). */
const DAY_MS = 200;

const Trial = z.object({ name: z.string() });
const Outcome = z.object({ name: z.string(), paid: z.boolean() });

const write = (id: string, text: string) =>
  createStep({
    id,
    inputSchema: Trial,
    outputSchema: Trial,
    execute: ({ inputData }) => {
      console.log(`  to ${inputData.name}: ${text}`);
      return inputData;
    },
  });

const trial = createWorkflow({ id: "trial", inputSchema: Trial, outputSchema: Outcome })
  .then(write("welcome", "Welcome!"))
  // Nothing runs while a run sleeps; the moment is stored when the sleep begins.
  .sleep(7 * DAY_MS)
  .then(write("half-time", "How do you like it?"))
  .sleep(5 * DAY_MS)
  .then(write("two-days-left", "Two days are left"))
  // Goes on when the customer pays, and by itself when the time is over.
  .waitForEvent("paid", {
    schema: z.object({ paid: z.boolean() }),
    match: ({ inputData }) => inputData.name,
    timeoutMs: 2 * DAY_MS,
    onTimeout: () => ({ paid: false }),
  })
  .map(({ inputData, getInitData }) => ({ ...Trial.parse(getInitData()), paid: inputData.paid }))
  .commit();

const folder = await Deno.makeTempDir();
/** What every program that takes part does first; on Val Town it is a module of its own. */
const open = () =>
  new ExecutionEngine(new WorkflowStorage({ url: `file:${folder}/trials.db` }), {
    workflows: [trial],
  });

// The first program stores two runs, and ends.
const signUp = open();
for (const name of ["Ann", "Bob"]) {
  await (await signUp.createRun(trial, name)).enqueue({ inputData: { name } });
}
await signUp.storage.close();

// Ann pays at once: an event that comes before anybody waits for it is kept.
const checkout = open();
await checkout.sendEvent("paid", { paid: true }, { match: "Ann" });
await checkout.storage.close();

// A third one is called now and then: a cron val, or a timer. Each tick takes what is due.
const daily = open();
for (let nextDueInMs: number | null = 0; nextDueInMs !== null; ) {
  await new Promise((resolve) => setTimeout(resolve, nextDueInMs ?? 0));
  ({ nextDueInMs } = await daily.tick());
}
for (const name of ["Ann", "Bob"]) console.log((await daily.loadSnapshot(name))?.result);
await daily.storage.close();
await Deno.remove(folder, { recursive: true });
