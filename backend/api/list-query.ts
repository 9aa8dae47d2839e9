/** Which runs a list shows, as an address says it. */
import { z } from "npm:@hono/zod-openapi@1.6.3";
import { isRunStatus, RUN_STATUSES } from "../records.ts";
import type { RunFilter } from "../storage/run-page.ts";
import { moment, wholeNumber } from "./number-text.ts";

const word = (description: string) => z.string().min(1).max(200).openapi({ description });

/** The query of a list of one workflow's runs. */
export const WorkflowListQuery = z.strictObject({
  status: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(",")))
    .pipe(z.array(z.string().refine(isRunStatus, `must be some of ${RUN_STATUSES.join(", ")}`)))
    .optional()
    .openapi({
      type: "array",
      items: { type: "string", enum: [...RUN_STATUSES] },
      description: "One status or several: repeated, or with commas between them",
    }),
  tag: word("One of its tags").optional(),
  text: word("What its id begins with, or its id, workflow, error or tags contain").optional(),
  from: moment("Stored at this moment or later").optional(),
  to: moment("Stored before this moment").optional(),
  limit: wholeNumber(1, 1_000, "At most this many; by default 100").optional(),
  cursor: z.string().max(600).optional().openapi({
    description: "The `nextCursor` of the page before",
  }),
});

/** The query of a list of runs. */
export const ListQuery = WorkflowListQuery.extend({
  workflow: z.string().min(1).max(200).optional().openapi({ description: "The workflow's id" }),
});

/** The filter that a query says. */
export function filterOf(query: z.infer<typeof ListQuery>): RunFilter {
  const { workflow, status, ...rest } = query;
  const given = { ...rest, workflowId: workflow, status: status?.filter(isRunStatus) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
