/** What a caller without a type checker may get wrong, and how it is proved that nothing came of it. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ExecutionEngine } from "../../engine.ts";
import { type ErrorCode, WrkflwError } from "../../errors.ts";
import type { WorkflowRun } from "../../run.ts";
import { createStep } from "../../step.ts";
import type { WorkflowStorage } from "../../storage.ts";
import type { Workflow } from "../../workflow.ts";
import { createWorkflow } from "../../workflow-builder.ts";
import { dump } from "../old-database.ts";
import { askForText, countingWorkflow } from "../samples.ts";
import { World } from "../world.ts";

/** One wrong call. */
export interface BadInput {
  /** What is wrong, as a sentence's subject; unique. */
  readonly name: string;
  /** Makes the call. */
  readonly ask: (place: BadInputPlace) => unknown;
  /** The code of the error. */
  readonly code: ErrorCode;
  /** A part of the error's message that says what was wrong and what to do. */
  readonly message: string;
  /** The class of the error. @default "WrkflwError" */
  readonly error?: "ValidationError" | "WrkflwError";
}

/** Where the wrong calls are made. */
export interface BadInputPlace {
  readonly world: World;
  readonly engine: ExecutionEngine;
  readonly storage: WorkflowStorage;
  /** Takes any value; its one step waits for any value. */
  readonly open: Workflow<"open", unknown, unknown>;
  /** A run of {@linkcode open} that is not stored. */
  readonly fresh: WorkflowRun<unknown, unknown>;
}

/** Calls a method as someone without a type checker would. */
export function call(target: object, method: string, ...args: unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, method), target, args);
}

/** One row of a table, with its columns in their order. */
export function row(
  name: string,
  ask: BadInput["ask"],
  code: ErrorCode,
  message: string,
  error: BadInput["error"] = "WrkflwError",
): BadInput {
  return { name, ask, code, message, error };
}

const open = createWorkflow({
  id: "open",
  inputSchema: z.unknown(),
  outputSchema: z.unknown(),
})
  .then(
    createStep({
      id: "ask",
      inputSchema: z.unknown(),
      outputSchema: z.unknown(),
      execute: ({ resumeData, suspend }) => resumeData ?? suspend({}),
    }),
  )
  .commit();

/** Takes a text when it is resumed, and waits for an event with a number. */
const strict = createWorkflow({ id: "strict", inputSchema: z.string(), outputSchema: z.number() })
  .then(askForText)
  .waitForEvent("paid", { schema: z.number() })
  .commit();

/** A database with a run that is over, and two that wait to be resumed. */
async function prepare(world: World): Promise<BadInputPlace> {
  const counting = countingWorkflow(1);
  const engine = world.engine({ workflows: [open, strict, counting] });
  const done = await engine.createRun(counting, "done");
  await done.start({ inputData: { n: 1 } });
  await (await engine.createRun(open, "asking")).safeStart({ inputData: 1 });
  await (await engine.createRun(strict, "strict")).safeStart({ inputData: "x" });
  const { storage } = engine;
  return { world, engine, storage, open, fresh: await engine.createRun(open, "fresh") };
}

/** Makes the call and checks its error, and that the database is as it was. */
export async function proveBadInput(input: BadInput): Promise<void> {
  await using world = await World.create();
  const place = await prepare(world);
  const before = await dump(world.client);
  const error = await world.effects.until(errorOf(() => input.ask(place)));
  assert(error instanceof WrkflwError, `it gave ${String(error)}`);
  assertEquals([error.constructor.name, error.code], [input.error ?? "WrkflwError", input.code]);
  assertStringIncludes(error.message, input.message);
  assertEquals(await dump(world.client), before, "something was stored");
}

async function errorOf(ask: () => unknown): Promise<unknown> {
  try {
    const answer = await ask();
    return `no error, but ${JSON.stringify(answer) ?? typeof answer}`;
  } catch (error) {
    return error;
  }
}
