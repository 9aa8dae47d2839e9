/** What becomes of a parked run whose workflow was changed: the tables in README.md, proved. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WrkflwError } from "./errors.ts";
import { createStep } from "./step.ts";
import {
  Case,
  type CountWorkflow,
  either,
  HOUR_MS,
  nest,
  type Part,
  RECORDED,
  UNRECORDED,
  type WaitKind,
} from "./testing/changed-definition.ts";
import { type Change, LINEAR, NESTED, usual } from "./testing/definition-change-table.ts";
import { addOne, Count } from "./testing/samples.ts";
import { World } from "./testing/world.ts";
import { createWorkflow } from "./workflow-builder.ts";

async function prove(kind: WaitKind, change: Change, isNested: boolean): Promise<void> {
  await using world = await World.create();
  const the = new Case(kind, world);
  const { from = usual, to } = change;
  const flow = (parts: readonly Part[]) =>
    nest("flow", isNested ? [(builder) => builder.then(nest("in", parts))] : parts);
  const old = flow(from(the));
  await the.park(old);
  const doneBefore = the.executions.length;
  await the.wake(flow(to(the)));

  const isRecorded = RECORDED.includes(kind);
  const { verdict, unrecorded = verdict } = change;
  const expected = isRecorded ? verdict : unrecorded;
  const subject = `${change.change}, at ${kind}${isNested ? ", nested" : ""}`;
  const snapshot = await world.storage().loadSnapshot("r");
  if (typeof expected === "number") {
    assertEquals([snapshot?.status, snapshot?.result], ["success", { n: expected }], subject);
  } else {
    const place = kind === "sleep" ? "sleep" : kind === "event" ? "waitForEvent" : "wait";
    const reason = expected.replace("$", place);
    const message = `Workflow "flow" was changed while the run was under way: ${reason}; bring the old definition back, or cancel the run`;
    assertEquals(snapshot?.status, "blocked", subject);
    assertEquals(snapshot?.error?.replaceAll('"in/', '"'), message, subject);
    assertEquals(the.executions.length, doneBefore, "A blocked run executes nothing");
    const again = world.engine({ workflows: [old] });
    await world.effects.until(again.resume("r"));
    const mended = await again.loadSnapshot("r");
    assertEquals([mended?.status, mended?.result], ["success", { n: await whole(from) }], subject);
  }
  assertEquals(the.executions.length, new Set(the.executions).size, `A repeated step: ${subject}`);
}

/** What the unchanged workflow puts out. */
async function whole(from: (the: Case) => Part[]): Promise<number> {
  await using world = await World.create();
  const the = new Case("sleep", world);
  const run = await world.engine().createRun(nest("flow", from(the)));
  const parked = await world.effects.until(run.safeStart({ inputData: { n: 0 } }));
  if (parked.status === "waiting") {
    world.effects.advance(HOUR_MS);
    await world.settle(world.engine({ workflows: [nest("flow", from(the))] }));
  }
  const result = (await run.getSnapshot())?.result;
  return Count.parse(result).n;
}

for (const kind of [...RECORDED, ...UNRECORDED]) {
  Deno.test(`a definition changed at a ${kind}: the run goes on or is blocked, as the table says`, async () => {
    for (const change of LINEAR) {
      await prove(kind, change, false);
      await prove(kind, change, true);
    }
  });
}

for (const kind of ["suspension", "retry"] as const) {
  Deno.test(`a construct changed at a ${kind}: the run goes on or is blocked, as the table says`, async () => {
    for (const change of NESTED) {
      await prove(kind, change, false);
      await prove(kind, change, true);
    }
  });
}

Deno.test("a blocked run takes nothing with it: others go on, and it goes on when it can", async () => {
  await using world = await World.create();
  const the = new Case("event", world);
  const old = nest("flow", usual(the));
  const changed = nest("flow", usual(the).toSpliced(1, 1));
  await the.park(old);
  const other = await world.engine().createRun(changed, "s");
  await world.effects.until(other.safeStart({ inputData: { n: 0 } }));
  const engine = world.engine({ workflows: [changed] });
  for (const n of [2, 10]) {
    await engine.sendEvent("go", { n });
    world.effects.advance(1);
  }
  await world.settle(engine);
  assertEquals((await engine.loadSnapshot("r"))?.status, "blocked");
  assertEquals((await other.getSnapshot())?.result, { n: 11 });

  world.effects.advance(100 * HOUR_MS);
  assertEquals((await world.effects.until(engine.tick())).runs, []);
  assertEquals((await world.effects.until(engine.resume("r"))).status, "blocked");
  await assertRejects(
    () => engine.resume("r", { resumeData: 1 }),
    WrkflwError,
    'Cannot resume a step of run "r": the run is blocked',
  );
  await world.effects.until(world.engine({ workflows: [old] }).resume("r"));
  assertEquals((await engine.loadSnapshot("r"))?.result, { n: 3 });
});

Deno.test("an arm that was chosen and has no record yet blocks the run when it is gone", async () => {
  await using world = await World.create();
  const the = new Case("death", world);
  await the.park(nest("flow", [the.then("mid"), either(the.step("other"), the.waitStep())]));
  await the.wake(nest("flow", [the.then("mid"), either(the.step("other"))]));
  const snapshot = await world.storage().loadSnapshot("r");
  assertEquals(
    [snapshot?.status, snapshot?.error],
    [
      "blocked",
      'The workflow was changed while the run was under way: arm "wait" was chosen and is gone (if it has another id now, say so with renamedFrom)',
    ],
  );
  assertEquals(the.executions, ["r/mid"]);
});

Deno.test("an id cannot be that of a node and the former one of another", () => {
  const the = { id: "flow", inputSchema: Count, outputSchema: Count } as const;
  const step = createStep({
    ...the,
    id: "charge",
    renamedFrom: "pay",
    execute: ({ inputData }) => inputData,
  });
  const builder = createWorkflow(the).then(step).then(addOne("pay", []));
  const error = assertThrows(
    () => builder.commit(),
    WrkflwError,
    '"charge" was renamed from "pay"',
  );
  assertEquals(error.code, "INVALID_DEFINITION");
});

Deno.test("recorded data that a changed schema does not take fails the step that is given it", async () => {
  await using world = await World.create();
  const the = new Case("sleep", world);
  await the.park(nest("flow", usual(the)));
  const narrow = createStep({
    id: "after",
    inputSchema: Count.extend({ currency: z.string() }),
    outputSchema: Count,
    execute: ({ inputData }) => inputData,
  });
  const forced = narrow as unknown as CountWorkflow;
  await the.wake(
    nest(
      "flow",
      usual(the).with(3, (builder) => builder.then(forced)),
    ),
  );
  const snapshot = await world.storage().loadSnapshot("r");
  assertEquals(snapshot?.status, "failed");
  assertEquals(snapshot?.error?.startsWith('Step "after" was given invalid input'), true);
});

/** The tables as README.md has them. */
function tables(): string {
  const linear = LINEAR.slice(1).map(({ change, verdict, unrecorded = verdict }) =>
    row(change, inWords(verdict), inWords(unrecorded)),
  );
  const nested = NESTED.map(({ change, verdict }) => row(change, inWords(verdict)));
  return [
    row("change", RECORDED.join(", "), UNRECORDED.join(", ")),
    row("---", "---", "---"),
    ...linear,
    "",
    row("change in a construct", "verdict"),
    row("---", "---"),
    ...nested,
  ].join("\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function inWords(verdict: number | string): string {
  if (typeof verdict === "number") return "goes on";
  return `blocked: ${verdict.replaceAll(/"([^"]+)"/g, "`$1`").replace("`$`", "the wait")}`;
}

Deno.test("the tables of definition changes in README.md are the ones that are proved", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  const expected = tables();
  assert(readme.includes(expected), `Put this into backend/README.md:\n${expected}`);
});

Deno.test("a run that is blocked keeps its state", async () => {
  await using world = await World.create();
  const engine = world.engine();
  const run = await engine.createRun(suspending("before"), "r1");
  await run.safeStart({ inputData: 1, initialState: { kept: true } });
  const changed = world.engine({ workflows: [suspending("another")] });
  const blocked = await changed.resume("r1", { step: "ask", resumeData: 2 });
  assertEquals(blocked.status, "blocked");
  assertEquals((await engine.loadSnapshot("r1"))?.state, { kept: true });
  const done = await engine.resume("r1");
  assertEquals(
    [done.status, (await engine.loadSnapshot("r1"))?.state],
    ["success", { kept: true }],
  );
});

/** A step, then one that suspends. */
function suspending(first: string) {
  const step = (id: string, asks: boolean) =>
    createStep({
      id,
      inputSchema: z.number(),
      outputSchema: z.number(),
      resumeSchema: z.number(),
      execute: ({ inputData, resumeData, suspend }) =>
        asks ? (resumeData ?? suspend({})) : inputData,
    });
  return createWorkflow({ id: "changing", inputSchema: z.number(), outputSchema: z.number() })
    .then(step(first, false))
    .then(step("ask", true))
    .commit();
}
