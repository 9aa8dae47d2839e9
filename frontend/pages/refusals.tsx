/** @jsxImportSource npm:hono@4.13.19/jsx */
/** The pages for requests that get nothing: refused, unknown or failed. */
import type { Context } from "npm:hono@4.13.19";
import type { Verdict } from "../../backend/api.ts";
import { HTTP_STATUS, WrkflwError } from "../../backend/index.ts";
import { pathBelowRoot } from "../mount-path.ts";
import type { Site } from "../site.ts";
import { visibleText } from "../wording/visible-text.ts";
import { answerLoginForm } from "./login-page.tsx";
import { answerMessage } from "./message-page.tsx";

/** Answers a request that may not be answered with data. */
export async function refuse(
  c: Context,
  site: Site,
  verdict: Exclude<Verdict, "allowed">,
): Promise<Response> {
  if (verdict === "no-login") {
    const next = pathBelowRoot(c) + new URL(c.req.url).search;
    return await answerLoginForm(c, site, { next, status: 401 });
  }
  if (verdict === "no-token") return await answerClosed(c, site);
  if (verdict === "read-only") return await answerReadOnly(c, site);
  return await answerMessage(c, site, {
    status: 403,
    title: "Refused",
    text: "Another site asked for this change, or a proxy hides where the request came from. Open the page here and try again; behind a proxy, create the app with trustProxy.",
  });
}

async function answerReadOnly(c: Context, site: Site): Promise<Response> {
  return await answerMessage(c, site, {
    status: 403,
    title: "You may look, and change nothing",
    text: "You have logged in with the token for readers. To change something, log out and log in with the other token.",
  });
}

async function answerClosed(c: Context, site: Site): Promise<Response> {
  return await answerMessage(c, site, {
    status: 403,
    title: "This app is closed",
    hasWayBack: false,
    text: (
      <>
        It has no token, so it answers only on the machine it runs on, as localhost. To open it to
        others, set the environment variable <code>WRKFLW_TOKEN</code> to a long secret, or create
        it with <code>createApp({"{ engine, token }"})</code>, and start it again.
      </>
    ),
  });
}

/** Answers a request for a page that does not exist. */
export async function answerNotFound(c: Context, site: Site): Promise<Response> {
  return await answerMessage(c, site, {
    status: 404,
    title: "Nothing here",
    text: "There is no page at this address.",
  });
}

/** Answers a request whose body is longer than any form of the app. */
export async function answerTooLarge(c: Context, site: Site): Promise<Response> {
  return await answerMessage(c, site, {
    status: 413,
    title: "This is too much",
    text: "The form that was sent is longer than any form of this app.",
  });
}

/** Answers a request that failed. What only the owner should know stays on the server. */
export async function answerError(c: Context, site: Site, error: Error): Promise<Response> {
  const status = error instanceof WrkflwError ? HTTP_STATUS[error.code] : 500;
  if (status >= 500) site.onError(error);
  return await answerMessage(c, site, {
    status,
    title: TITLES.get(status) ?? (status < 500 ? "This did not work" : "Something went wrong"),
    text:
      status < 500 || status === 503
        ? visibleText(error.message)
        : "The app failed to make this page. Its log says why.",
  });
}

const TITLES: ReadonlyMap<number, string> = new Map([
  [400, "This address asks for something that does not exist"],
  [404, "Not found"],
  [503, "The database does not answer"],
]);
