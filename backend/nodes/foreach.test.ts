/** What must be stored before an item begins: what led to it, and not the results of those beside it. */

import { z } from "npm:zod@4.6.7";
import { assertEquals } from "@std/assert";
import { createStep, type Step } from "../step.ts";
import type { StepExecutionContext } from "../step-context.ts";
import { turns } from "../testing/fake-effects.ts";
import { HeldClient } from "../testing/held-client.ts";
import { Count, type CountValue } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import { createWorkflow } from "../workflow-builder.ts";

type Context = StepExecutionContext<CountValue, Record<string, unknown>>;

const ITEMS = Array.from({ length: 20 }, (_, n) => ({ n }));

/** A list that is worked on by an engine whose writes are held back from its first item on. */
class HeldFanOut implements AsyncDisposable {
  readonly executed: number[] = [];
  readonly #world: World;
  readonly #client: HeldClient;
  readonly #isFirst = { holds: true };

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
        if (this.#isFirst.holds) this.#client.hold();
        this.#isFirst.holds = false;
        this.executed.push(context.inputData.n);
        work(context);
        return context.inputData;
      },
    });
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

Deno.test("an item that can read what another has set begins once that is stored", async () => {
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
