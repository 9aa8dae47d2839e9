/** A run that waits in one of several ways while its workflow is changed. */
import { z } from "npm:zod@4.6.7";
import { createStep, type Step } from "../step.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow, type WorkflowBuilder } from "../workflow-builder.ts";
import { FaultyClient } from "./faulty-client.ts";
import { Count, type CountValue } from "./samples.ts";
import { AFTER_LEASE_MS, type World } from "./world.ts";

export type WaitKind =
  | "sleep"
  | "event"
  | "suspension"
  | "retry"
  | "tick without time left"
  | "death";
export type Builder = WorkflowBuilder<string, typeof Count, typeof Count, CountValue>;
export type Part = (builder: Builder) => Builder;
export type CountStep = Step<string, CountValue, CountValue>;
export type CountWorkflow = Workflow<string, CountValue, CountValue>;

export const HOUR_MS = 3_600_000;
export const RECORDED: readonly WaitKind[] = ["sleep", "event", "suspension", "retry"];
export const UNRECORDED: readonly WaitKind[] = ["tick without time left", "death"];

/** One run, its changing workflow, and how it waits. */
export class Case {
  readonly executions: string[] = [];
  readonly doomed: FaultyClient;
  #isAwake = false;

  constructor(
    readonly kind: WaitKind,
    readonly world: World,
  ) {
    this.doomed = new FaultyClient(world.client);
  }

  step(id: string, renamedFrom?: string): CountStep {
    return createStep({
      id,
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      inputSchema: Count,
      outputSchema: Count,
      execute: ({ inputData, idempotencyKey }) => {
        this.executions.push(idempotencyKey);
        if (this.kind === "tick without time left" && !this.#isAwake)
          this.world.effects.advance(1_000);
        return { n: inputData.n + 1 };
      },
    });
  }

  then(id: string, renamedFrom?: string): Part {
    return (builder) => builder.then(this.step(id, renamedFrom));
  }

  /** Where the run is when the workflow is changed. It passes its value on. */
  get wait(): Part {
    return (builder) => {
      if (this.kind === "sleep") return builder.sleep(HOUR_MS);
      if (this.kind === "event") return builder.waitForEvent("go", { schema: Count });
      return builder.then(this.waitStep());
    };
  }

  waitStep(id = "wait", renamedFrom?: string): CountStep {
    return createStep({
      id,
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      inputSchema: Count,
      outputSchema: Count,
      retry: { attempts: 2, initialMs: HOUR_MS, jitter: false },
      ...(this.kind === "tick without time left" ? { timeoutMs: 5_000 } : {}),
      execute: ({ inputData, resumeData, suspend }) => {
        if (this.kind === "suspension" && resumeData === undefined) return suspend();
        if (this.kind === "death" && !this.#isAwake) {
          this.doomed.kill();
          return new Promise<never>(() => {});
        }
        if (this.kind === "retry" && !this.#isAwake) throw new Error("not yet");
        return inputData;
      },
    });
  }

  /** Runs until the wait begins, in a process that is gone afterwards. */
  async park(flow: CountWorkflow): Promise<void> {
    const { world, doomed, kind } = this;
    const engine = world.engine({ client: kind === "death" ? doomed : world.client });
    const run = await engine.createRun(flow, "r");
    await run.enqueue({ inputData: { n: 0 } });
    const budget = kind === "tick without time left" ? { budgetMs: 5_500, limit: 1 } : {};
    const ticked = engine.tick(budget);
    await world.effects.until(Promise.race([ticked, doomed.killed]));
    world.effects.advance(kind === "death" ? AFTER_LEASE_MS : 0);
  }

  /** Ends the wait in a new process, which has the changed workflow. */
  async wake(flow: CountWorkflow): Promise<void> {
    const { world, kind } = this;
    this.#isAwake = true;
    const engine = world.engine({ workflows: [flow] });
    if (kind !== "event" && kind !== "suspension") world.effects.advance(HOUR_MS);
    if (kind === "event") await engine.sendEvent("go", { n: 2 });
    if (kind === "suspension") await world.effects.until(engine.resume("r", { resumeData: true }));
    await world.settle(engine);
  }
}

export function beside(...nodes: readonly CountStep[]): Part {
  return (builder) =>
    builder
      .parallel(nodes)
      .map(({ inputData }) => ({ n: Object.values(inputData).reduce((sum, { n }) => sum + n, 0) }));
}

/** The arm that waits is the one that is chosen. */
export function either(...nodes: readonly CountStep[]): Part {
  return (builder) =>
    builder
      .branch(nodes.map((node) => [() => ["wait", "ask"].includes(node.id), node] as const))
      .map(({ inputData }) => ({ n: Object.values(inputData)[0]?.n ?? -1 }));
}

export function twice(node: CountStep): Part {
  return (builder) => builder.dountil(node, ({ iterationCount }) => iterationCount === 1);
}

export function each(node: CountStep | CountWorkflow): Part {
  return (builder) =>
    builder
      .map(({ inputData }) => [inputData])
      .foreach(node)
      .map(({ inputData }) => ({ n: inputData[0]?.n ?? -1 }));
}

export function inside(id: string, ...parts: readonly Part[]): Part {
  return (builder) => builder.then(nest(id, parts));
}

export function byMap(by: number): Part {
  return (builder) => builder.map(({ inputData }) => ({ n: inputData.n + by }));
}

export function nest(id: string, parts: readonly Part[]): CountWorkflow {
  const begun: Builder = createWorkflow({ id, inputSchema: Count, outputSchema: Count });
  return parts.reduce((builder, part) => part(builder), begun).commit();
}

export function wider(id: string): CountStep {
  const schema = z.object({ n: z.number(), note: z.string().default("") });
  return createStep({
    id,
    inputSchema: schema,
    outputSchema: Count,
    execute: ({ inputData }) => ({ n: inputData.n + 1 }),
  });
}
