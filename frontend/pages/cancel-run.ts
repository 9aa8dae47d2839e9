import type { Context } from "npm:hono@4.13.19";
import { runPath } from "../mount-path.ts";
import type { Site } from "../site.ts";

/** Cancels a run and goes back to its page. */
export async function cancelRun(c: Context, site: Site): Promise<Response> {
  const { runId, wasCanceled } = await site.engine.cancel(c.req.param("runId") ?? "");
  const notice = wasCanceled ? "canceled" : "over";
  return c.redirect(`${site.root(c)}${runPath(runId)}?notice=${notice}`, 303);
}
