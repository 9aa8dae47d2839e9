import type { Context } from "npm:hono@4.13.19";
import { HTTP_STATUS, ValidationError, WrkflwError } from "../../backend/index.ts";
import { inputJsonSchema } from "../forms/json-schema.ts";
import { readForm } from "../forms/read-form.ts";
import { type RefusedForm, readValueForm } from "../forms/value-form.tsx";
import { runPath } from "../mount-path.ts";
import type { Site } from "../site.ts";
import { goOn } from "./go-on.ts";
import { answerWorkflow, workflowAt } from "./workflow-page.tsx";

/** Starts a run as a form asks for it, and shows it. A form that is sent twice starts one run. */
export async function startRun(c: Context, site: Site): Promise<Response> {
  const workflow = workflowAt(c, site);
  const sent = await readForm(c);
  const { value, issues } = readValueForm(inputJsonSchema(workflow.inputSchema), sent);
  if (issues.length > 0) return await refuse(c, site, { sent, issues });
  try {
    const tags = (sent.get("tags") ?? "").split(",").map((tag) => tag.trim());
    const run = await site.engine.createRun(workflow, {
      idempotencyKey: await keyOf(sent),
      tags: [...new Set(tags.filter((tag) => tag !== ""))],
    });
    // The schema decides what the value is; the form cannot know.
    await run.enqueue({ inputData: value as never });
    await goOn(site, run.runId);
    return c.redirect(`${site.root(c)}${runPath(run.runId)}?notice=started`, 303);
  } catch (error) {
    const isRefusal = error instanceof WrkflwError && HTTP_STATUS[error.code] < 500;
    if (!isRefusal) throw error;
    const found = error instanceof ValidationError ? error.issues : [];
    return await refuse(c, site, { sent, issues: found }, error.message);
  }
}

async function refuse(
  c: Context,
  site: Site,
  { sent, issues }: Pick<RefusedForm, "sent" | "issues">,
  message = "",
): Promise<Response> {
  const problem =
    issues.length > 0 ? "Nothing was started: mend what is marked, and start again." : message;
  return await answerWorkflow(c, site, { sent, issues, problem });
}

/** The same form with the same content is one run; somebody who changes it means another one. */
async function keyOf(sent: URLSearchParams): Promise<string> {
  const text = new TextEncoder().encode(sent.toString());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return `form-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
