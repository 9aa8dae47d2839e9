/** Whether the harness catches a deliberate break of the protocol. */
import { calmPlan } from "./cases.ts";
import type { Defect } from "./defects.ts";
import { named, SHAPES } from "./named-shapes.ts";
import { IN_MEMORY, type Stage } from "./stages.ts";
import { runSuite, violationOf } from "./suites.ts";

/** How a defect was caught. */
export interface Catch {
  readonly name: string;
  /** After how many cases. */
  readonly cases: number;
  /** What was found broken. */
  readonly violation: string;
}

/**
 * Runs the suite that is to catch a defect.
 *
 * @throws {Error} If it is not caught, has no effect any more, or shows without any fault though
 * it should not.
 */
export async function hunt(defect: Defect): Promise<Catch> {
  const { name, suite, manner } = defect;
  let uses = 0;
  const build = defect.build(() => {
    uses++;
  });
  const stage: Stage = { ...IN_MEMORY, build };
  if (defect.isQuiet) await assertQuiet(defect, stage);
  const shapes = named(...defect.shapes);
  const options = { name: suite, shapes, stage, manner, stopsAtFirst: true };
  const { cases, violations } = await runSuite(options);
  if (uses === 0)
    throw new Error(`Defect "${name}" has no effect any more: adapt its pattern to the statements`);
  const [violation] = violations;
  if (violation === undefined) throw new Error(`Defect "${name}" was not caught in ${cases} cases`);
  return { name, cases, violation: violation.message.split("\n")[0] ?? "" };
}

/** It must be the faults that bring a defect to light. */
async function assertQuiet({ name }: Defect, stage: Stage): Promise<void> {
  for (const shape of SHAPES) {
    const violation = await violationOf(calmPlan(shape), stage);
    if (violation === undefined) continue;
    throw new Error(`Defect "${name}" shows without a fault: ${violation.message}`);
  }
}
