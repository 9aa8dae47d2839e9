/**
 * One step for each item of a list, some of them at a time, and the results together again.
 *
 * Run it: deno run -A examples/fan-out.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

const Page = z.object({ url: z.string() });
const Words = z.object({ url: z.string(), words: z.number() });
const Report = z.object({ pages: z.number(), words: z.number(), longest: z.string() });

let busy = 0;
let mostBusy = 0;
const failedOnce = new Set<string>();

const countWords = createStep({
  id: "count-words",
  inputSchema: Page,
  outputSchema: Words,
  // Each item has its own attempts: one that fails does not repeat the others.
  retry: { attempts: 3, initialMs: 10 },
  execute: async ({ inputData, attempt, log }) => {
    busy++;
    mostBusy = Math.max(mostBusy, busy);
    await new Promise((resolve) => setTimeout(resolve, 20));
    busy--;
    if (inputData.url.endsWith("/3") && attempt === 1) {
      failedOnce.add(inputData.url);
      throw new Error("The server is busy");
    }
    log.info(`Counted ${inputData.url}`);
    return { url: inputData.url, words: inputData.url.length * 10 };
  },
});

const countSite = createWorkflow({
  id: "count-site",
  inputSchema: z.object({ site: z.string(), pages: z.number() }),
  outputSchema: Report,
})
  .map(({ inputData: { site, pages } }) =>
    Array.from({ length: pages }, (_, index) => ({ url: `${site}/${index + 1}` })),
  )
  // Every item is recorded as it is done: after a crash only the missing ones are executed.
  .foreach(countWords, { concurrency: 4 })
  .map(({ inputData: counted }) => ({
    pages: counted.length,
    words: counted.reduce((sum, { words }) => sum + words, 0),
    longest: counted.toSorted((a, b) => b.words - a.words)[0]?.url ?? "",
  }))
  .commit();

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
const run = await engine.createRun(countSite);
console.log(await run.start({ inputData: { site: "https://a.example", pages: 12 } }));
console.log(`at most ${mostBusy} at a time, ${failedOnce.size} repeated`);
