/** Every construct that holds nodes, with one step in it that gets into trouble, as a table. */
import { z } from "npm:zod@4.6.7";
import type { RetryPolicy } from "../retry.ts";
import { createStep, type Step } from "../step.ts";
import type { AnyState, StepExecutionContext } from "../step-context.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { Count, type CountValue } from "./samples.ts";

/** The id of every run of these tests. */
export const RUN_ID = "r";

/** What the step in trouble does at its place; elsewhere it adds one. */
export type Deed = (context: ProbeContext) => CountValue | Promise<CountValue>;

/** What a probe is given. */
export type ProbeContext = StepExecutionContext<CountValue, AnyState, CountValue, CountValue>;

/** What a test asks of the workflow that it tries. */
export interface Trial {
  /** Notes the path of each execution. */
  readonly executions: string[];
  /** What the probe does where it is in trouble. */
  readonly deed?: Deed;
  readonly retry?: RetryPolicy;
  readonly timeoutMs?: number;
  readonly flowTimeoutMs?: number;
}

type Probe = Step<"probe", CountValue, CountValue>;
type Flow = Workflow<"flow", CountValue, CountValue>;

/** A construct with a probe in it, between the steps `before` and `after`. */
export interface ConstructCase {
  readonly name: string;
  readonly build: (trial: Trial) => Flow;
  /** Where the probe gets into trouble. */
  readonly trouble: string;
  /** All other paths of a run that succeeds, but for `before` and `after`. */
  readonly others: readonly string[];
  /** Those of them that are executed although the probe has failed. */
  readonly despiteFailure: readonly string[];
  /** Those of them that are executed while the probe is suspended. */
  readonly despiteSuspension: readonly string[];
  /** What the run puts out when the probe adds one everywhere. */
  readonly output: number;
  /** A step that bails ends the nested workflow only. */
  readonly isNested?: boolean;
}

/** Where a step is executed. */
export function pathOf(context: { readonly idempotencyKey: string }): string {
  return decodeURI(context.idempotencyKey).slice(RUN_ID.length + 1);
}

/** A step that notes where it is executed, and adds one. */
export function noting<const Id extends string>(
  id: Id,
  executions: string[],
): Step<Id, CountValue, CountValue> {
  return createStep({
    id,
    inputSchema: Count,
    outputSchema: Count,
    execute: (context) => {
      executions.push(pathOf(context));
      return { n: context.inputData.n + 1 };
    },
  });
}

function probe(trial: Trial, trouble: string): Probe {
  const { executions, deed, retry, timeoutMs } = trial;
  return createStep({
    id: "probe",
    inputSchema: Count,
    outputSchema: Count,
    resumeSchema: Count,
    suspendSchema: Count,
    ...(retry === undefined ? {} : { retry }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    execute: (context): CountValue | Promise<CountValue> => {
      const path = pathOf(context);
      executions.push(path);
      if (path === trouble && deed !== undefined) return deed(context);
      return { n: context.inputData.n + 1 };
    },
  });
}

const config = { id: "flow", inputSchema: Count, outputSchema: Count } as const;

function begun({ executions, flowTimeoutMs }: Trial) {
  const limit = flowTimeoutMs === undefined ? {} : { timeoutMs: flowTimeoutMs };
  return createWorkflow({ ...config, ...limit }).then(noting("before", executions));
}

function nestedIn(trial: Trial, trouble: string): Workflow<"nested", CountValue, CountValue> {
  return createWorkflow({ ...config, id: "nested" })
    .then(probe(trial, trouble))
    .then(noting("inner", trial.executions))
    .commit();
}

const sum = z.array(Count);

/** A list of three: the middle item is in trouble. */
function eachOfThree(trial: Trial, concurrency: number): Flow {
  return begun(trial)
    .map(({ inputData: { n } }) => [{ n }, { n: n + 10 }, { n: n + 20 }])
    .foreach(probe(trial, "probe[1]"), { concurrency })
    .map(({ inputData }) => ({ n: sum.parse(inputData).reduce((all, { n }) => all + n, 0) }))
    .then(noting("after", trial.executions))
    .commit();
}

function simple(name: string, build: ConstructCase["build"]): ConstructCase {
  const none = { others: [], despiteFailure: [], despiteSuspension: [] };
  return { name, build, trouble: "probe", ...none, output: 3 };
}

function beside(name: string, build: ConstructCase["build"], output = 4): ConstructCase {
  const sibling = ["sibling"];
  const others = { others: sibling, despiteFailure: sibling, despiteSuspension: sibling };
  return { name, build, trouble: "probe", ...others, output };
}

function looping(name: string, build: ConstructCase["build"]): ConstructCase {
  const others = { others: ["probe#2", "probe#3"], despiteFailure: [], despiteSuspension: [] };
  return { name, build, trouble: "probe#1", ...others, output: 5 };
}

const ITEMS = ["probe[0]", "probe[2]"];

/** The table: one row for each construct that holds nodes, in each of its modes. */
export const CONSTRUCTS: readonly ConstructCase[] = [
  simple("then", (trial) =>
    begun(trial).then(probe(trial, "probe")).then(noting("after", trial.executions)).commit(),
  ),
  {
    name: "a nested workflow",
    build: (trial) =>
      begun(trial)
        .then(nestedIn(trial, "nested/probe"))
        .then(noting("after", trial.executions))
        .commit(),
    trouble: "nested/probe",
    others: ["nested/inner"],
    despiteFailure: [],
    despiteSuspension: [],
    output: 4,
    isNested: true,
  },
  beside("parallel", (trial) =>
    begun(trial)
      .parallel([probe(trial, "probe"), noting("sibling", trial.executions)])
      .map(({ inputData }) => ({ n: inputData.probe.n + inputData.sibling.n - 1 }))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  beside("branch, every arm that holds", (trial) =>
    begun(trial)
      .branch([
        [() => true, probe(trial, "probe")],
        [() => false, noting("never", trial.executions)],
        [() => true, noting("sibling", trial.executions)],
      ])
      .map(({ inputData: { probe: one, sibling } }) => ({
        n: (one?.n ?? 0) + (sibling?.n ?? 0) - 1,
      }))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  simple("branch, the first arm that holds", (trial) =>
    begun(trial)
      .branch(
        [
          [() => false, noting("never", trial.executions)],
          [() => true, probe(trial, "probe")],
          [() => true, noting("late", trial.executions)],
        ],
        { mode: "first" },
      )
      .map(({ inputData }) => ({ n: inputData.probe?.n ?? 0 }))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  simple("branch, otherwise", (trial) =>
    begun(trial)
      .branch([[() => false, noting("never", trial.executions)]], {
        otherwise: probe(trial, "probe"),
      })
      .map(({ inputData }) => ({ n: inputData.probe?.n ?? 0 }))
      .then(noting("after", trial.executions))
      .commit(),
  ),
  {
    name: "foreach, one at a time",
    build: (trial) => eachOfThree(trial, 1),
    trouble: "probe[1]",
    others: ITEMS,
    despiteFailure: ["probe[0]"],
    despiteSuspension: ITEMS,
    output: 37,
  },
  {
    name: "foreach, three at a time",
    build: (trial) => eachOfThree(trial, 3),
    trouble: "probe[1]",
    others: ITEMS,
    despiteFailure: ITEMS,
    despiteSuspension: ITEMS,
    output: 37,
  },
  looping("dowhile", (trial) =>
    begun(trial)
      .dowhile(probe(trial, "probe#1"), ({ inputData }) => inputData.n < 4)
      .then(noting("after", trial.executions))
      .commit(),
  ),
  looping("dountil", (trial) =>
    begun(trial)
      .dountil(probe(trial, "probe#1"), ({ iterationCount }) => iterationCount === 3)
      .then(noting("after", trial.executions))
      .commit(),
  ),
];
