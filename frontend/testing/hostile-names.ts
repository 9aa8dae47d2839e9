/** What the parts of a hostile site are called. */
import { z } from "npm:zod@4.6.7";
import { createWorkflow } from "../../backend/index.ts";
import type { Say } from "./hostile-fields.ts";

/** The ids of the runs that are known by other fields than their id. */
export const NAMES = {
  atWork: "at-work",
  well: "well",
  asking: "asking",
  blocked: "blocked",
  old: "old",
  oldOdd: "old-odd",
  like: "like",
} as const;

/** A column cannot hold every text; JSON in a column can. */
export function columnOf(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

/** The id of the site's workflow: the text, or a plain one where the text breaks the rules of ids. */
export function workflowIdOf(say: Say): string {
  const text = say("workflow id");
  try {
    return createWorkflow({
      id: text,
      inputSchema: z.unknown(),
      outputSchema: z.unknown(),
    }).commit().id;
  } catch {
    return "plain";
  }
}
