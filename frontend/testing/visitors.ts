/** Requests from different places, with and without what opens the app. */
import { LOCAL, type OpenApp, OWN_PAGE } from "./open-app.ts";

/** The token of the apps under test. */
export const TOKEN = "a-long-secret-for-tests";
/** What comes with a form. */
export const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
/** What `Deno.serve` hands on with a request from an address. */
export const remote = (hostname: string) => ({
  remoteAddr: { transport: "tcp", hostname, port: 1 },
});
/** The header with which programs show the token. */
export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The status that a request is answered with. */
export async function statusOf(
  { app }: OpenApp,
  init: RequestInit = {},
  env: unknown = LOCAL,
  url = "/runs",
): Promise<number> {
  const response = await app.request(url, init, env);
  await response.body?.cancel();
  return response.status;
}

/** Logs in with the token and gives the cookie that comes back. */
export async function logIn(
  open: OpenApp,
  url = "http://localhost/login",
  token = TOKEN,
): Promise<string> {
  const init = { method: "POST", headers: { ...FORM, ...OWN_PAGE }, body: `token=${token}` };
  const response = await open.app.request(url, init, remote("203.0.113.7"));
  return (response.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
}
