import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { WrkflwError } from "../errors.ts";
import { createStep } from "../step.ts";
import { addOne, Count, type CountValue } from "../testing/samples.ts";
import { World } from "../testing/world.ts";
import { mailVal, tickVal, webVal } from "../val-town.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";

const TOKEN = "a long secret";
const app = { fetch: (request: Request) => new Response(`app: ${new URL(request.url).pathname}`) };

/** Steps that each take ten minutes of the fake clock. */
function slowFlow(world: World): Workflow<"slow", CountValue, CountValue> {
  const slow = (id: string) =>
    createStep({
      id,
      inputSchema: Count,
      outputSchema: Count,
      timeoutMs: 60_000,
      execute: ({ inputData }) => {
        world.effects.advance(30_000);
        return { n: inputData.n + 1 };
      },
    });
  const steps = ["a", "b", "c", "d", "e", "f", "g", "h"].map(slow);
  const config = { id: "slow", inputSchema: Count, outputSchema: Count } as const;
  return steps.reduce((builder, step) => builder.then(step), createWorkflow(config)).commit();
}

interface Network {
  /** What was sent, oldest first. */
  readonly requests: readonly Request[];
  /** Resolves when everything that was sent is answered, also what answers have led to. */
  settled(): Promise<void>;
}

/** A network on which `webVal` has the address `https://flows.example`. */
function network(world: World, serve: (request: Request) => Promise<Response>): Network {
  const requests: Request[] = [];
  const answers: Promise<Response>[] = [];
  world.effects.fetch = (input, init) => {
    const request = new Request(input, init);
    requests.push(request.clone());
    const answer = serve(request);
    answers.push(answer);
    return answer;
  };
  // A list can grow while it is gone through.
  const settled = async () => {
    for (const answer of answers) await answer;
  };
  return { requests, settled };
}

Deno.test("tickVal() ticks within the budget of an invocation, and goes on at the next tick", async () => {
  await using world = await World.create();
  const flow = slowFlow(world);
  const engine = world.engine({ workflows: [flow], leaseMs: 600_000 });
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  const tick = tickVal(engine, { budgetMs: 100_000 });
  const first = await world.effects.until(tick());
  assertEquals([first.runs[0]?.status, first.wentOn], ["waiting", false]);
  for (let minutes = 0; minutes < 9; minutes++) {
    world.effects.advance(60_000);
    await world.effects.until(tick());
  }
  assertEquals((await engine.loadSnapshot("r"))?.result, { n: 8 });
});

Deno.test("work that is left goes on by a call that shows the token, as long as there is some", async () => {
  await using world = await World.create();
  const flow = slowFlow(world);
  const engine = world.engine({ workflows: [flow], leaseMs: 600_000 });
  const goOn = { token: TOKEN, effects: world.effects };
  const serve = webVal(app, engine, { budgetMs: 100_000, goesOn: goOn });
  const { requests, settled } = network(world, serve);
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  const url = "https://flows.example";
  const tick = tickVal(engine, { budgetMs: 100_000, goOn: { url, ...goOn } });
  assertEquals((await world.effects.until(tick())).wentOn, true);
  await world.effects.until(settled());
  assertEquals((await engine.loadSnapshot("r"))?.result, { n: 8 });
  assert(requests.length >= 2, `${requests.length} calls`);
  for (const [index, request] of requests.entries()) {
    assertEquals(request.method, "POST");
    assertEquals(request.url, "https://flows.example/go-on");
    assertEquals(request.headers.get("authorization"), `Bearer ${TOKEN}`);
    assertEquals(request.headers.get("x-wrkflw-chain"), String(index + 1));
  }
});

Deno.test("a chain of calls ends at its longest, and where nothing was done or is left", async () => {
  await using world = await World.create();
  const flow = slowFlow(world);
  const engine = world.engine({ workflows: [flow], leaseMs: 600_000 });
  const goOn = { token: TOKEN, effects: world.effects, maxChain: 2 };
  const serve = webVal(app, engine, { budgetMs: 100_000, goesOn: goOn });
  const { requests, settled } = network(world, serve);
  const tick = tickVal(engine, {
    budgetMs: 100_000,
    goOn: { url: "https://flows.example", ...goOn },
  });
  assertEquals((await world.effects.until(tick())).wentOn, false);
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  await world.effects.until(tick());
  await world.effects.until(settled());
  assertEquals(requests.length, 2);
  assertEquals((await engine.loadSnapshot("r"))?.status, "waiting");
});

Deno.test("a val that does not answer in time is taken to be at work; one that refuses is an error", async () => {
  await using world = await World.create();
  const flow = slowFlow(world);
  const engine = world.engine({ workflows: [flow], leaseMs: 600_000 });
  const goOn = { url: "https://flows.example", token: TOKEN, effects: world.effects };
  const tick = tickVal(engine, { budgetMs: 100_000, goOn });
  await (await engine.createRun(flow, "r")).enqueue({ inputData: { n: 0 } });
  world.effects.fetch = (_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  assertEquals((await world.effects.until(tick())).wentOn, true);
  world.effects.fetch = () => Promise.resolve(new Response("no", { status: 401 }));
  const error = await assertRejects(() => world.effects.until(tick()), WrkflwError);
  assertEquals(
    error.message,
    'Cannot go on at "https://flows.example/go-on": it answered 401; check its address and WRKFLW_TOKEN',
  );
  const silent = tickVal(engine, { budgetMs: 100_000, goOn: { ...goOn, token: "" } });
  await assertRejects(() => world.effects.until(silent()), WrkflwError, "set WRKFLW_TOKEN");
});

Deno.test("webVal() serves the app, and ticks for nobody without the token", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const call = (headers: Record<string, string> = {}) =>
    new Request("https://flows.example/go-on", { method: "POST", headers });
  const open = webVal(app, engine, { goesOn: { token: TOKEN } });
  assertEquals(await (await open(new Request("https://flows.example/runs"))).text(), "app: /runs");
  assertEquals(
    await (await open(new Request("https://flows.example/go-on"))).text(),
    "app: /go-on",
  );
  for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${TOKEN}`]) {
    assertEquals((await open(call({ authorization }))).status, 401, authorization);
  }
  const answer = await open(call({ authorization: `Bearer ${TOKEN}` }));
  assertEquals(await answer.json(), { runs: 0, nextDueInMs: null, wentOn: false });
  assertEquals(answer.headers.get("access-control-allow-origin"), "https://flows.example");

  const without = webVal(app, engine, { goesOn: { token: "" } });
  assertEquals((await without(call({ authorization: "Bearer " }))).status, 401);
  const closed = webVal(app, engine);
  const passed = await closed(call({ authorization: `Bearer ${TOKEN}` }));
  assertEquals(await passed.text(), "app: /go-on");
});

const flow = createWorkflow({ id: "flow", inputSchema: Count, outputSchema: Count })
  .then(addOne("add", []))
  .waitForEvent("reply", { schema: z.object({ text: z.string() }), match: "ann@example.com" })
  .map(({ inputData }) => ({ n: inputData.text.length }))
  .commit();

const MAIL = { from: "Ann <ann@example.com>", to: ["flows@example.com"], subject: "Hello" };

Deno.test("mailVal() starts a workflow and sends an event, once for a message however often it comes", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [flow] });
  const receive = mailVal(engine, (mail, { start, send }) =>
    mail.subject === "Hello"
      ? start(flow, { n: 1 })
      : send("reply", { text: mail.text }, { match: "ann@example.com" }),
  );
  const hello = { ...MAIL, headers: { "Message-ID": "<1@example.com>" } };
  const done = await world.effects.until(receive(hello));
  assertEquals(
    done?.runs.map(({ status }) => status),
    ["waiting"],
  );
  await world.effects.until(receive(hello));
  assertEquals((await world.storage().listRuns()).length, 1);

  const reply = { ...MAIL, subject: "Re", text: "four", headers: { "message-id": "<2@ex>" } };
  const ended = await world.effects.until(receive(reply));
  assertEquals(
    ended?.runs.map(({ status }) => status),
    ["success"],
  );
  // The same message again is the same event: it does not wait for the next run.
  await world.effects.until(receive(reply));
  await world.effects.until(receive({ ...MAIL, headers: { "message-id": "<3@ex>" } }));
  const [latest] = await world.storage().listRuns();
  assertEquals(latest?.status, "waiting");
});

Deno.test("messages without an id, or with one that cannot be used, are each their own", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [flow] });
  const receive = mailVal(engine, (_, { start }) => start(flow, { n: 1 }));
  for (const headers of [undefined, {}, { "message-id": " " }, { "message-id": "x".repeat(999) }]) {
    await world.effects.until(receive({ ...MAIL, ...(headers === undefined ? {} : { headers }) }));
  }
  assertEquals((await world.storage().listRuns()).length, 4);
});

Deno.test("mailVal() handles messages from allowed addresses only", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [flow] });
  const handled: string[] = [];
  const allowFrom = ["Bob@Example.com", "@trusted.example"];
  const receive = mailVal(engine, ({ from }) => handled.push(from), { allowFrom });
  const senders = [
    "bob@example.com",
    "Bob <BOB@example.com>",
    "eve@trusted.example",
    "eve@nottrusted.example",
    "bob@example.com.evil.example",
    "bob@example.com <eve@evil.example>",
    "",
  ];
  for (const from of senders) await world.effects.until(receive({ ...MAIL, from }));
  assertEquals(handled, senders.slice(0, 3));
});

Deno.test("what a handler of mail throws is thrown, and input that does not fit stores nothing", async () => {
  await using world = await World.create();
  const engine = world.engine({ workflows: [flow] });
  const receive = mailVal(engine, (_, { start }) => start(flow, { n: Number.NaN }));
  await assertRejects(() => world.effects.until(receive(MAIL)), WrkflwError, "invalid input");
  assertEquals(await world.storage().listRuns(), []);
});
