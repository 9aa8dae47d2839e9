/** How a browser gets a session: by the token in a form, or by a code in a link. */
import type { Context } from "npm:hono@4.13.19";
import type { Role } from "../../backend/api.ts";
import { readForm } from "../forms/read-form.ts";
import type { Site } from "../site.ts";
import { answerLoginForm } from "./login-page.tsx";

/** Answers `GET /login`: with the form, or, where the address has a code, by logging in. */
export async function openLogin(c: Context, site: Site): Promise<Response> {
  const code = c.req.query("code");
  if (!site.access.hasToken) return c.redirect(`${site.root(c)}runs`, 303);
  if (code === undefined) return await answerLoginForm(c, site, { next: "runs", status: 200 });
  if (site.access.redeemCode(code)) return await enter(c, site, "owner", "runs");
  const problem = "This link was used before, or is too old. Log in with the token.";
  return await answerLoginForm(c, site, { next: "runs", problem, status: 401 });
}

/** Answers `POST /login`. */
export async function submitLogin(c: Context, site: Site): Promise<Response> {
  const form = await readForm(c);
  const next = safePath(form.get("next"));
  const role = await site.access.roleOf(form.get("token") ?? "");
  if (role !== undefined) return await enter(c, site, role, next);
  const problem = "This is not the token.";
  return await answerLoginForm(c, site, { next, problem, status: 401 });
}

/** Answers `POST /logout`. */
export function logout(c: Context, site: Site): Response {
  site.access.sessions.end(c);
  return c.redirect(`${site.root(c)}login`, 303);
}

async function enter(c: Context, site: Site, role: Role, next: string): Promise<Response> {
  await site.access.sessions.begin(c, role);
  return c.redirect(site.root(c) + next, 303);
}

/** Where to go after logging in: to one of the app's own pages, whatever the form says. */
function safePath(path: string | null): string {
  return path !== null && /^(?:runs|workflows)([/?][\w\-.~!$&'()*+,;=:@%/?]*)?$/.test(path)
    ? path
    : "runs";
}
