import type { AnyDefinition } from "./definition.ts";
import { waitOf } from "./endings.ts";
import { quote, WrkflwError } from "./errors.ts";
import type { NodeShape } from "./node.ts";
import { assertOptionalText, assertOptions, type OptionNames } from "./options.ts";
import type { StepRecord, StoredRun } from "./records.ts";
import type { ResumeOptions } from "./run.ts";
import { parse } from "./schema.ts";
import { encode } from "./serialize.ts";
import { currentPath, nodeAt } from "./shapes.ts";
import type { WorkflowStorage } from "./storage.ts";

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, if there is something that is no option. */
export function assertResumeOptions(options: ResumeOptions): void {
  const names = { step: true, resumeData: true, drives: true } satisfies OptionNames<ResumeOptions>;
  assertOptions(options, "Cannot resume a run", names);
  assertOptionalText(options.step, "Cannot resume a run: step");
}

/**
 * Ends the wait of one suspended step, after its data was checked.
 *
 * @throws {ValidationError} If the data does not fit the step's `resumeSchema`.
 * @throws {WrkflwError} With code `NOT_SUSPENDED`, if there is no such step, or more than one.
 */
export async function resumeStep(
  storage: WorkflowStorage,
  definition: AnyDefinition,
  loaded: StoredRun,
  { step, resumeData }: ResumeOptions,
): Promise<void> {
  const { run } = loaded;
  const workflow = definition.shape();
  const suspension = chosen(loaded, workflow, step);
  const schema = nodeAt(workflow, currentPath(workflow, suspension.path))?.schemas?.resume;
  const subject = `Cannot resume step ${quote(suspension.path)} of run ${quote(run.runId)}`;
  if (schema !== undefined) await parse(schema, resumeData, `${subject}: invalid resumeData`);
  const data = encode(resumeData, `the resumeData of ${quote(suspension.path)}`);
  if (await storage.resume(run.runId, suspension, data)) return;
  throw new WrkflwError("NOT_SUSPENDED", `${subject}: somebody else was first, or the run is over`);
}

/**
 * Lets a blocked run try again with the definition at hand.
 *
 * @throws {WrkflwError} With code `NOT_SUSPENDED`, if data is given: no step could take it.
 */
export async function unblockRun(
  storage: WorkflowStorage,
  runId: string,
  { step, resumeData }: ResumeOptions,
): Promise<void> {
  if (step === undefined && resumeData === undefined) return await storage.unblock(runId);
  throw new WrkflwError(
    "NOT_SUSPENDED",
    `Cannot resume a step of run ${quote(runId)}: the run is blocked; resume it without step and data first, with the right definition`,
  );
}

function chosen(loaded: StoredRun, workflow: NodeShape, step: string | undefined): StepRecord {
  const { runId, status } = loaded.run;
  const suspended = suspensionsOf(loaded.steps);
  const matching = suspended.filter(
    ({ path }) => step === undefined || path === step || currentPath(workflow, path) === step,
  );
  const [first] = matching;
  const isOpen = ["suspended", "waiting", "running", "pending"].includes(status);
  if (isOpen && first !== undefined && matching.length === 1) return first;
  throw new WrkflwError("NOT_SUSPENDED", `Cannot resume run ${quote(runId)}: ${reason()}`);

  function reason(): string {
    if (!isOpen || suspended.length === 0)
      return `its status is ${quote(status)} and nothing in it is suspended`;
    const paths = suspended.map(({ path }) => quote(path)).join(", ");
    return step === undefined
      ? `several steps are suspended, say which with { step }: ${paths}`
      : `step ${quote(step)} is not suspended; suspended are ${paths}`;
  }
}

/** The places that somebody must resume: not those that wait for a moment, an event or a retry. */
function suspensionsOf(steps: readonly StepRecord[]): StepRecord[] {
  const latest = new Map(steps.map((step) => [step.path, step]));
  return [...latest.values()].filter((step) => {
    if (step.status !== "suspended") return false;
    const { until, event } = waitOf(step);
    return until === undefined && event === undefined;
  });
}
