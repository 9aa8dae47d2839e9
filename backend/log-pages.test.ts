/** How much is written to the log of a local file: it does not depend on the machine, and all of it is copied once more. */
import { assert, assertEquals } from "@std/assert";
import { CHECKPOINT_PAGES, PAGE_BYTES } from "./databases/local.ts";
import { type Effects, systemEffects } from "./effects.ts";
import { ExecutionEngine } from "./engine.ts";
import { WorkflowStorage } from "./storage.ts";
import { addOne, Count, type CountValue, countingWorkflow } from "./testing/samples.ts";
import type { TickedRun } from "./ticker.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

type CountingWorkflow = Workflow<string, CountValue, CountValue>;

/** An engine on a new file, and how many pages were written to the file's log so far. */
interface Logged extends AsyncDisposable {
  readonly engine: ExecutionEngine;
  readonly pages: () => Promise<number>;
}

/** What the log has for each page beside it. */
const FRAME_BYTES = 24;

async function loggedEngine(workflow: CountingWorkflow, now?: () => number): Promise<Logged> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/wrkflw.db`;
  const clock = now === undefined ? {} : { now: () => String(now()) };
  const storage = new WorkflowStorage({ url: `file:${path}`, synchronous: "NORMAL", ...clock });
  const effects: Effects = now === undefined ? systemEffects : { ...systemEffects, now };
  const engine = new ExecutionEngine(storage, { workflows: [workflow], effects });
  await engine.init();
  const pages = async () => {
    const written = (await Deno.stat(`${path}-wal`)).size / (PAGE_BYTES + FRAME_BYTES);
    assert(written < CHECKPOINT_PAGES, "The log may have been begun anew");
    return written;
  };
  const close = async () => {
    await storage.close();
    await Deno.remove(folder, { recursive: true });
  };
  return { engine, pages, [Symbol.asyncDispose]: close };
}

/** How many pages some work writes to the log. */
async function pagesOf({ pages }: Logged, work: () => Promise<unknown>): Promise<number> {
  const before = await pages();
  await work();
  return (await pages()) - before;
}

async function startMany(
  engine: ExecutionEngine,
  flow: CountingWorkflow,
  { runs, width }: { readonly runs: number; readonly width: number },
): Promise<void> {
  const some = async () => {
    for (let count = 0; count < runs / width; count++) {
      const run = await engine.createRun(flow);
      const { status } = await run.safeStart({ inputData: { n: 0 } });
      assert(status === "success" || status === "waiting", status);
    }
  };
  await Promise.all(Array.from({ length: width }, some));
}

Deno.test("a run of three steps that is alone writes at most 18 pages to the log: 37 KB", async () => {
  const flow = countingWorkflow(3);
  await using logged = await loggedEngine(flow);
  const fifty = () => startMany(logged.engine, flow, { runs: 50, width: 1 });
  await fifty();
  const pages = (await pagesOf(logged, fifty)) / 50;
  assert(pages > 0 && pages <= 18, `A run writes ${pages} pages`);
});

Deno.test("a step of a long run writes no more pages to the log than one of a short run", async () => {
  const pagesAStep = async (length: number, runs: number) => {
    const flow = countingWorkflow(length);
    await using logged = await loggedEngine(flow);
    const work = () => startMany(logged.engine, flow, { runs, width: 1 });
    return (await pagesOf(logged, work)) / (length * runs);
  };
  const [short, long] = [await pagesAStep(100, 10), await pagesAStep(1_000, 1)];
  assert(long <= short, `${long} pages instead of ${short}`);
});

Deno.test("a run that is woken writes no more pages to the log than one that is begun, fifty at a time", async () => {
  let nowMs = 1_700_000_000_000;
  const flow = createWorkflow({ id: "sleeping", inputSchema: Count, outputSchema: Count })
    .then(addOne("before", []))
    .sleep("1d")
    .then(addOne("after", []))
    .commit();
  await using logged = await loggedEngine(flow, () => nowMs);
  const { engine } = logged;
  await startMany(engine, flow, { runs: 250, width: 50 });
  nowMs += 24 * 3_600_000;
  const ended: TickedRun[] = [];
  const woken = await pagesOf(logged, async () => {
    ended.push(...(await engine.tick({ concurrency: 50 })).runs);
  });
  assertEquals(ended.filter(({ status }) => status === "success").length, 250);
  // They were 1.6 when a claim made the row of its run longer.
  assert(woken / 250 <= 1.56, `${woken / 250} pages a run`);
  const chain = countingWorkflow(3);
  const begun = await pagesOf(logged, () => startMany(engine, chain, { runs: 250, width: 50 }));
  assert(woken <= begun, `${woken} pages instead of ${begun}`);
});
