import { createRoute, type OpenAPIHono, z } from "npm:@hono/zod-openapi@1.6.3";
import { serializeError } from "../../errors.ts";
import type { TickedRun } from "../../ticker.ts";
import type { ApiContext } from "../api-context.ts";
import { given } from "../given.ts";
import { json, WRITE_FAILURES } from "../responses.ts";
import { RunStatusBody } from "../run-body.ts";

const DEFAULT_BUDGET_MS = 25_000;
const MAX_BUDGET_MS = 600_000;

const TickBody = z
  .strictObject({
    budgetMs: z
      .number()
      .int()
      .min(0)
      .max(MAX_BUDGET_MS)
      .optional()
      .openapi({
        description: `No run is begun after this many milliseconds; by default ${DEFAULT_BUDGET_MS}`,
      }),
    limit: z.number().int().min(1).max(10_000).optional().openapi({
      description: "Takes at most this many runs; by default no limit",
    }),
    concurrency: z.number().int().min(1).max(1_000).optional().openapi({
      description: "Works on this many runs at a time; by default 10",
    }),
  })
  .openapi("Tick");

const TickedRunBody = z.object({
  runId: z.string(),
  workflowId: z.string(),
  status: RunStatusBody,
  error: z.string().optional().openapi({ description: "Why it could not be driven" }),
});

const tickRoute = createRoute({
  method: "post",
  path: "/tick",
  operationId: "tick",
  summary: "Takes runs that are due and drives each as far as it goes; for timers",
  request: {
    query: z.strictObject({}),
    body: { required: false, content: { "application/json": { schema: TickBody } } },
  },
  responses: {
    200: json(
      z.object({
        runs: z.array(TickedRunBody),
        nextDueInMs: z.number().nullable().openapi({
          description: "Milliseconds until a run is due: 0 when one is, null when none will be",
        }),
        deleted: z.number().optional().openapi({
          description: "How many runs were deleted; absent where the engine keeps them all",
        }),
      }),
      "What was done",
    ),
    ...WRITE_FAILURES,
  },
});

/** Adds the route that timers call. */
export function addTickRoutes(app: OpenAPIHono, { engine }: ApiContext): void {
  app.openapi(tickRoute, async (c) => {
    const { budgetMs = DEFAULT_BUDGET_MS, limit, concurrency } = c.req.valid("json") ?? {};
    const { runs, nextDueInMs, deleted } = await engine.tick({
      budgetMs,
      ...given({ limit, concurrency }),
    });
    return c.json({ runs: runs.map(tickedBody), nextDueInMs, ...given({ deleted }) }, 200);
  });
}

function tickedBody({ runId, workflowId, status, error }: TickedRun) {
  const told = error === undefined ? {} : { error: serializeError(error).message };
  return { runId, workflowId, status, ...told };
}
