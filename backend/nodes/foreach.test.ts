/** What must be stored before an item begins: what led to it, and not the results of those beside it. */

import { z } from "npm:zod@4.6.7";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { createStep, type Step } from "../step.ts";
import type { StepExecutionContext } from "../step-context.ts";
import { turns } from "../testing/fake-effects.ts";
import { FaultyClient } from "../testing/faulty-client.ts";
import { HeldClient } from "../testing/held-client.ts";
import { Count, type CountValue } from "../testing/samples.ts";
import { AFTER_LEASE_MS, World } from "../testing/world.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";

type Context = StepExecutionContext<CountValue, Record<string, unknown>>;

const ITEMS = Array.from({ length: 20 }, (_, n) => ({ n }));

function listOf(
  item: Step<string, CountValue, CountValue>,
  concurrency: number,
): Workflow<"flow", CountValue[], CountValue[]> {
  const lists = { inputSchema: z.array(Count), outputSchema: z.array(Count) };
  return createWorkflow({ id: "flow", ...lists })
    .foreach(item, { concurrency })
    .commit();
}

/** A list that is worked on by an engine whose writes are held back from its first item on. */
class HeldFanOut implements AsyncDisposable {
  readonly executed: number[] = [];
  readonly #world: World;
  readonly #client: HeldClient;
  #hasBegun = false;

  static async create(): Promise<HeldFanOut> {
    return new HeldFanOut(await World.create());
  }

  private constructor(world: World) {
    this.#world = world;
    this.#client = new HeldClient(world.client);
  }

  step<const Id extends string>(
    id: Id,
    work: (context: Context) => void = () => {},
  ): Step<Id, CountValue, CountValue> {
    return createStep({
      id,
      inputSchema: Count,
      outputSchema: Count,
      execute: (context) => {
        if (!this.#hasBegun) this.#client.hold();
        this.#hasBegun = true;
        this.executed.push(context.inputData.n);
        work(context);
        return context.inputData;
      },
    });
  }

  /** Lets time pass by every clock. */
  pass(ms: number): void {
    this.#world.effects.advance(ms);
  }

  /** Works on the list. @returns Which items were executed before anything of them was stored. */
  async run(item: Step<string, CountValue, CountValue>, concurrency: number): Promise<number[]> {
    const lists = { inputSchema: z.array(Count), outputSchema: z.array(Count) };
    const flow = createWorkflow({ id: "flow", ...lists })
      .foreach(item, { concurrency })
      .commit();
    const engine = this.#world.engine({ client: this.#client, workflows: [flow] });
    const started = (await engine.createRun(flow, "r")).start({ inputData: ITEMS });
    await turns(40);
    const early = this.executed.toSorted((a, b) => a - b);
    this.#client.release();
    assertEquals(await this.#world.effects.until(started), ITEMS);
    return early;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#world[Symbol.asyncDispose]();
  }
}

Deno.test("of items one at a time each is stored before the next begins", async () => {
  await using fanOut = await HeldFanOut.create();
  assertEquals(await fanOut.run(fanOut.step("item"), 1), [0]);
});

Deno.test("of several items at a time as many again are over and not stored when the next begin", async () => {
  for (const [concurrency, most] of [
    [2, 4],
    [3, 6],
    [50, ITEMS.length],
  ] as const) {
    await using fanOut = await HeldFanOut.create();
    const early = await fanOut.run(fanOut.step("item"), concurrency);
    assertEquals(
      early,
      ITEMS.slice(0, most).map(({ n }) => n),
    );
    assertEquals(fanOut.executed.length, ITEMS.length);
  }
});

Deno.test("items that take long without a pause begin once the lease can be renewed", async () => {
  await using fanOut = await HeldFanOut.create();
  const item = fanOut.step("item", () => fanOut.pass(4_000));
  assertEquals(await fanOut.run(item, 3), [0, 1, 2]);
});

Deno.test("an item that begins after another has set the state begins once that is stored", async () => {
  await using fanOut = await HeldFanOut.create();
  const item = fanOut.step("item", ({ inputData, setState }) => {
    if (inputData.n === 0) setState({ first: "done" });
  });
  assertEquals(await fanOut.run(item, 2), [0, 1]);
});

Deno.test("a step that follows another within an item begins once that is stored", async () => {
  await using fanOut = await HeldFanOut.create();
  const item = createWorkflow({ id: "item", inputSchema: Count, outputSchema: Count })
    .then(fanOut.step("a"))
    .then(fanOut.step("b"))
    .commit();
  assertEquals(await fanOut.run(item, 2), [0, 1]);
});

Deno.test("the result of an item is stored while another pauses and a third is at work", async () => {
  await using world = await World.create();
  const { promise: slowEnd, resolve: endSlow } = Promise.withResolvers<void>();
  const item = createStep({
    id: "item",
    inputSchema: Count,
    outputSchema: Count,
    retry: { attempts: 2, initialMs: 2_500, jitter: false },
    execute: async ({ inputData, attempt }) => {
      if (inputData.n === 0 && attempt === 1) throw new Error("At first");
      if (inputData.n === 1) await turns(20);
      if (inputData.n === 2) await slowEnd;
      return inputData;
    },
  });
  const engine = world.engine({});
  const started = (await engine.createRun(listOf(item, 2), "r")).start({ inputData: ITEMS });
  await turns(100);
  const stored = (await world.storage().loadRun("r"))?.steps;
  assertEquals(
    stored?.map(({ path, status }) => [path, status]),
    [
      ["foreach", "success"],
      ["item[0]", "suspended"],
      ["item[1]", "success"],
    ],
  );
  endSlow();
  assertEquals(await world.effects.until(started), ITEMS);
});

Deno.test("a run that an item kills again and again names the items that were at work, and no others", async () => {
  await using world = await World.create();
  let client = new FaultyClient(world.client);
  const executed: number[] = [];
  const item = createStep({
    id: "item",
    inputSchema: Count,
    outputSchema: Count,
    execute: ({ inputData: { n } }) => {
      executed.push(n);
      if (n !== 3) return { n };
      client.kill();
      return new Promise<CountValue>(() => {});
    },
  });
  const flow = listOf(item, 2);
  const die = async (work: Promise<unknown>) => {
    await world.effects.until(Promise.race([client.killed, work.catch(() => {})]));
    await turns(60);
    world.effects.advance(AFTER_LEASE_MS);
    client = new FaultyClient(world.client);
  };
  const engine = () => world.engine({ client, workflows: [flow] });
  await die((await engine().createRun(flow, "r")).start({ inputData: ITEMS }));
  for (let deaths = 1; deaths < 8; deaths++) await die(engine().tick());
  const { run } = (await world.storage().loadRun("r")) ?? {};
  assertEquals(run?.status, "failed");
  assertStringIncludes(run?.error ?? "", 'in step "item[2]", "item[3]"');
  const repeated = [0, 1, 2, 3].map((n) => executed.filter((each) => each === n).length);
  assertEquals(repeated, [2, 2, 6, 6]);
});
