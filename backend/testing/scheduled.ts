/** Workflows that start by the clock, and what became of their slots. */
import { z } from "npm:zod@4.6.7";
import type { Schedule } from "../schedule.ts";
import { createStep } from "../step.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import type { World } from "./world.ts";

/** What a scheduled run is given: its slot, as an ISO text. */
export const SlotInput: z.ZodObject<{ slot: z.ZodString }> = z.object({ slot: z.string() });

/** A value of {@linkcode SlotInput}. */
export interface SlotValue {
  slot: string;
}

/** A workflow that notes the slots that it ran for. */
export function scheduled(
  schedule: Omit<Schedule<SlotValue>, "inputData">,
  ran: string[],
  { id = "report", suspends = false } = {},
): Workflow<string, SlotValue, SlotValue> {
  const note = createStep({
    id: "note",
    inputSchema: SlotInput,
    outputSchema: SlotInput,
    execute: ({ inputData, suspend, resumeData }) => {
      if (suspends && resumeData === undefined) return suspend();
      ran.push(inputData.slot);
      return inputData;
    },
  });
  return createWorkflow({
    id,
    inputSchema: SlotInput,
    outputSchema: SlotInput,
    schedule: {
      ...schedule,
      inputData: ({ scheduledAt }) => ({ slot: scheduledAt.toISOString().slice(0, 16) }),
    },
  })
    .then(note)
    .commit();
}

/** The slots for which runs are stored, oldest first. */
export async function storedSlots(world: World, workflowId = "report"): Promise<string[]> {
  const runs = await world.storage().listRuns(workflowId, { limit: 1_000 });
  return runs.map(({ inputData }) => (inputData as SlotValue).slot).sort();
}
