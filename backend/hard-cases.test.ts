/** The known hard cases of engines of this kind, each by the name of what it proves. */
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NonRetryableError, RetryAfterError, RunFailedError, WrkflwError } from "./errors.ts";
import { createStep, type StepConfig } from "./step.ts";
import { turns } from "./testing/fake-effects.ts";
import { addOne, Count } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
const open = { id: "flow", inputSchema: Count, outputSchema: z.unknown() } as const;
const Many = z.array(Count);

type Config = StepConfig<string, typeof Count, typeof Count>;

function stepOf<const Id extends string>(
  id: Id,
  execute: Config["execute"],
  more: Partial<Config> = {},
) {
  return createStep({ ...config, ...more, id, execute });
}

/** A step that suspends until it is resumed with a number, which it adds. */
function ask(id: string, executions: string[] = []) {
  return createStep({
    ...config,
    id,
    resumeSchema: z.number(),
    execute: async ({ inputData, resumeData, suspend, idempotencyKey }) => {
      executions.push(idempotencyKey);
      return { n: inputData.n + (resumeData ?? (await suspend({ asked: id }))) };
    },
  });
}

function counts(executions: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const key of executions) found[key] = (found[key] ?? 0) + 1;
  return found;
}

Deno.test("resuming one of two suspended in parallel leaves the other suspended", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = createWorkflow(open)
    .parallel([ask("a", executions), ask("b", executions)])
    .commit();
  await world.effects.until(
    (await world.engine().createRun(flow, "r")).safeStart({ inputData: { n: 0 } }),
  );
  const first = await world.effects.until(
    world.engine({ workflows: [flow] }).resume("r", { step: "b", resumeData: 2 }),
  );
  assertEquals(
    [first.status, "waits" in first && first.waits.map(({ path }) => path)],
    ["suspended", ["a"]],
  );
  const last = await world.effects.until(
    world.engine({ workflows: [flow] }).resume("r", { resumeData: 1 }),
  );
  assertEquals(last.status === "success" && last.output, { a: { n: 1 }, b: { n: 2 } });
  assertEquals(counts(executions), { "r/a": 2, "r/b": 2 });
});

Deno.test("a resume while a sibling is at work is kept, and takes effect when the sibling has ended", async () => {
  await using world = await World.create();
  let end: () => void = () => {};
  const slow = stepOf("slow", async ({ inputData }) => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return inputData;
  });
  const flow = createWorkflow(open)
    .parallel([ask("a"), slow])
    .commit();
  const started = (await world.engine().createRun(flow, "r")).safeStart({ inputData: { n: 0 } });
  await turns(30);
  const other = world.engine({ workflows: [flow] });
  assertEquals((await other.resume("r", { step: "a", resumeData: 7 })).status, "running");
  end();
  const result = await world.effects.until(started);
  assertEquals(result.status === "success" && result.output, { a: { n: 7 }, slow: { n: 0 } });
});

Deno.test("several suspended in parallel, branch, foreach and nested workflows are resumed in any order", async () => {
  const paths = ["a", "arm", "inner/deep", "item[0]", "item[1]"];
  for (const order of [
    paths,
    [...paths].reverse(),
    ["inner/deep", "item[1]", "a", "item[0]", "arm"],
  ]) {
    await using world = await World.create();
    const inner = createWorkflow({ ...config, id: "inner" })
      .then(ask("deep"))
      .commit();
    const branched = createWorkflow({ ...open, id: "branched" })
      .branch([[() => true, ask("arm")]])
      .commit();
    const listed = createWorkflow({ ...open, id: "listed" })
      .map(({ inputData }) => [inputData, inputData])
      .foreach(ask("item"), { concurrency: 2 })
      .commit();
    const flow = createWorkflow(open)
      .parallel([ask("a"), inner, branched, listed])
      .commit();
    const run = await world.engine().createRun(flow, "r");
    await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
    for (const path of order) {
      const prefix = path === "arm" ? "branched/" : path.startsWith("item") ? "listed/" : "";
      const engine = world.engine({ workflows: [flow] });
      const step = `${prefix}${path}`;
      await world.effects.until(engine.resume("r", { step, resumeData: paths.indexOf(path) }));
    }
    assertEquals((await run.getSnapshot())?.result, {
      a: { n: 0 },
      inner: { n: 2 },
      branched: { arm: { n: 1 } },
      listed: [{ n: 3 }, { n: 4 }],
    });
  }
});

Deno.test("a nested suspension that is followed by a nested workflow goes on into it", async () => {
  await using world = await World.create();
  const first = createWorkflow({ ...config, id: "first" })
    .then(ask("one"))
    .commit();
  const second = createWorkflow({ ...config, id: "second" })
    .then(ask("two"))
    .commit();
  const flow = createWorkflow(config).then(first).then(second).commit();
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  const middle = await world.effects.until(run.safeResume({ resumeData: 10 }));
  assertEquals("waits" in middle && middle.waits.map(({ path }) => path), ["second/two"]);
  assertEquals(await world.effects.until(run.resume({ resumeData: 1 })), { n: 11 });
});

Deno.test("what one turn of a loop was resumed with does not leak into the next", async () => {
  await using world = await World.create();
  const turn = createWorkflow({ ...config, id: "turn" })
    .then(ask("ask"))
    .commit();
  const flow = createWorkflow(config)
    .dountil(turn, ({ iterationCount }) => iterationCount >= 3)
    .commit();
  const run = await world.engine().createRun(flow, "r");
  let result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  for (const [index, data] of [1, 10, 100].entries()) {
    assertEquals("waits" in result && result.waits.map(({ path }) => path), [
      `turn#${index + 1}/ask`,
    ]);
    result = await world.effects.until(run.safeResume({ resumeData: data }));
  }
  assertEquals(result.status === "success" && result.output, { n: 111 });
});

Deno.test("parallel children that were finished are not run again after a crash", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  let isFirst = true;
  const crash = stepOf("crash", async ({ inputData }) => {
    if (isFirst) await new Promise(() => {});
    return inputData;
  });
  const flow = createWorkflow(open)
    .parallel([addOne("a", executions), addOne("b", executions), ask("c", executions), crash])
    .commit();
  void (await world.engine().createRun(flow, "r")).safeStart({ inputData: { n: 0 } });
  await turns(30);
  isFirst = false;
  await world.client.execute({ sql: "UPDATE wrkflw_workflow_runs SET due_at = 0", args: [] });
  const next = world.engine({ workflows: [flow] });
  await world.settle(next);
  await world.effects.until(next.resume("r", { resumeData: 1 }));
  assertEquals((await next.loadSnapshot("r"))?.status, "success");
  assertEquals(counts(executions), { "r/a": 1, "r/b": 1, "r/c": 2 });
});

Deno.test("an error that is not to be retried is honoured through nesting and the workflow's policy", async () => {
  await using world = await World.create();
  let attempts = 0;
  const fatal = stepOf("fatal", () => {
    attempts++;
    throw new NonRetryableError("no use");
  });
  const inner = createWorkflow({ ...config, id: "inner", retry: { attempts: 5 } })
    .then(fatal)
    .commit();
  const flow = createWorkflow({ ...config, retry: { attempts: 9 } })
    .then(inner)
    .commit();
  const run = await world.engine().createRun(flow);
  await assertRejects(
    () => world.effects.until(run.start({ inputData: { n: 0 } })),
    RunFailedError,
    "no use",
  );
  assertEquals(attempts, 1);
});

Deno.test("a step that says when to retry is retried then, and not before", async () => {
  await using world = await World.create();
  const begun = world.effects.now();
  const times: number[] = [];
  const busy = stepOf(
    "busy",
    ({ inputData, attempt }) => {
      times.push(world.effects.now() - begun);
      if (attempt === 1) throw new RetryAfterError(90_000);
      return inputData;
    },
    { retry: { attempts: 2, initialMs: 1 } },
  );
  const engine = world.engine();
  const run = await engine.createRun(createWorkflow(config).then(busy).commit(), "r");
  assertEquals(
    (await world.effects.until(run.safeStart({ inputData: { n: 0 } }))).status,
    "waiting",
  );
  world.effects.advance(89_999);
  await world.settle(engine);
  world.effects.advance(1);
  await world.settle(engine);
  assertEquals([(await run.getSnapshot())?.status, times], ["success", [0, 90_000]]);
});

Deno.test("one suspended item among many stops no other, and finds its own data when it is resumed", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const item = createStep({
    ...config,
    id: "item",
    execute: async ({ inputData, resumeData, suspend, idempotencyKey }) => {
      executions.push(idempotencyKey);
      if (inputData.n === 2 && resumeData === undefined) await suspend();
      return { n: inputData.n * 10 };
    },
  });
  const flow = createWorkflow({ id: "flow", inputSchema: Many, outputSchema: Many })
    .foreach(item, { concurrency: 2 })
    .commit();
  const run = await world.engine().createRun(flow, "r");
  const inputData = [0, 1, 2, 3, 4].map((n) => ({ n }));
  const parked = await world.effects.until(run.safeStart({ inputData }));
  assertEquals("waits" in parked && parked.waits.map(({ path }) => path), ["item[2]"]);
  assertEquals(
    await world.effects.until(run.resume({ resumeData: true })),
    [0, 10, 20, 30, 40].map((n) => ({ n })),
  );
  assertEquals(executions.length, 6);
});

Deno.test("of two resumes at once one wins, and the other is told so", async () => {
  await using world = await World.create();
  const executions: string[] = [];
  const flow = createWorkflow(config).then(ask("a", executions)).commit();
  const run = await world.engine().createRun(flow, "r");
  await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  const resumes = [5, 6].map((resumeData) =>
    world
      .engine({ workflows: [flow] })
      .resume("r", { resumeData })
      .catch((error: WrkflwError) => error.code),
  );
  const answers = await world.effects.until(Promise.all(resumes));
  assertEquals(answers.filter((answer) => answer === "NOT_SUSPENDED").length, 1);
  const { result } = (await run.getSnapshot()) ?? {};
  assert([5, 6].some((n) => n === Count.parse(result).n));
  assertEquals(executions.length, 2);
});

Deno.test("one failed and one suspended in parallel: the run is failed, the wait canceled, and successes are kept", async () => {
  await using world = await World.create();
  const bad = stepOf("bad", () => Promise.reject(new Error("broken")));
  const flow = createWorkflow(open)
    .parallel([addOne("good", []), ask("asked"), bad])
    .commit();
  const run = await world.engine().createRun(flow);
  const result = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  assertEquals([result.status, result.status === "failed" && result.error.step], ["failed", "bad"]);
  const statuses = Object.entries(result.steps).map(([id, { status }]) => [id, status]);
  assertEquals(Object.fromEntries(statuses), { good: "success", asked: "canceled", bad: "failed" });
  await assertRejects(() => run.resume({ resumeData: 1 }), WrkflwError, 'its status is "failed"');
});
