import { error as logError } from "node:console";
import { type Context, Hono } from "npm:hono@4.13.19";
import { bodyLimit } from "npm:hono@4.13.19/body-limit";
import {
  Access,
  type ApiOptions,
  createApi,
  refuseNul,
  setSecurityHeaders,
} from "../backend/api.ts";
import { WrkflwError } from "../backend/index.ts";
import { answerIcon, answerScript, answerStyle } from "./assets.ts";
import { isAtRoot, rootOf } from "./mount-path.ts";
import { logout, openLogin, submitLogin } from "./pages/login.ts";
import { answerError, answerNotFound, answerTooLarge, refuse } from "./pages/refusals.tsx";
import { actOnRun, deleteRun } from "./pages/run-actions.ts";
import { answerRun } from "./pages/run-page.tsx";
import { answerRuns } from "./pages/runs-page.tsx";
import { startRun } from "./pages/start-run.ts";
import { answerValue } from "./pages/value-page.ts";
import { answerWorkflow } from "./pages/workflow-page.tsx";
import { answerWorkflows } from "./pages/workflows-page.tsx";
import { rememberRole, type Site } from "./site.ts";

/** How an app is made. */
export interface AppOptions extends Omit<ApiOptions, "access"> {
  /**
   * Where browsers see the app, such as `"/flows"`. Needed only where the app is asked for
   * at that very address, without a slash at the end, by a proxy that cuts the path off.
   *
   * @default links are relative to the page
   */
  readonly basePath?: string;
}

/** Room for a form with the longest value that is stored, however it is escaped. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Strangers may send no more than this. */
const MAX_LOGIN_BYTES = 64 * 1024;

const accessOf = new WeakMap<object, Access>();

/**
 * The pages on which people see what ran, what failed and what waits, and the HTTP API under
 * `/api`. Serve the app, or mount it under any path of another one.
 *
 * @example
 * ```ts
 * import { ExecutionEngine, WorkflowStorage } from "@wrkflw/wrkflw";
 * import { createApp } from "@wrkflw/wrkflw/app";
 *
 * const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
 * const app = createApp({ engine });
 * // Deno.serve(app.fetch), or app.route("/flows", createApp({ engine })) in a Hono app
 * console.log((await app.request("/runs")).status); // 403: nobody knows where this came from
 * ```
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if an option cannot be used.
 */
export function createApp(options: AppOptions): Hono {
  const site = siteOf(options);
  const app = new Hono();
  accessOf.set(app, site.access);
  app.onError((error, c) => answerError(c, site, error));
  const { access, onError } = site;
  app.route("/api", createApi({ ...options, access, onError }));
  addRoutes(app, site);
  return app;
}

/**
 * A link that logs in once within ten minutes, to be printed when a program starts. Without a
 * token nobody has to log in: it is then the address of the list.
 *
 * @param address Where the app is mounted, such as `http://localhost:8000/flows`.
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the app was not made by
 * {@linkcode createApp}.
 */
export function createLoginLink(app: Hono, address: string | URL): string {
  const access = accessOf.get(app);
  if (access === undefined) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      "Cannot create a login link: give the app that createApp() returned, not the one it is mounted in",
    );
  }
  const base = String(address).replace(/\/+$/, "");
  return access.hasToken ? `${base}/login?code=${access.issueCode()}` : `${base}/runs`;
}

function addRoutes(app: Hono, site: Site): void {
  app.use("*", async (c, next) => {
    await next();
    setSecurityHeaders(c, site.access.ownOrigin(c));
  });
  app.use("*", refuseNul);
  const tooLarge = (c: Context) => answerTooLarge(c, site);
  app.use("/login", bodyLimit({ maxSize: MAX_LOGIN_BYTES, onError: tooLarge }));
  app.use("*", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.get("/assets/style.css", answerStyle);
  app.get("/assets/script.js", answerScript);
  app.get("/assets/icon.svg", answerIcon);
  app.get("/login", (c) => openLogin(c, site));
  app.post("/login", async (c) =>
    site.access.isOwnPage(c) ? await submitLogin(c, site) : await refuse(c, site, "foreign"),
  );
  app.post("/logout", async (c) =>
    site.access.isOwnPage(c) ? logout(c, site) : await refuse(c, site, "foreign"),
  );
  app.use("*", async (c, next) => {
    const { verdict, role } = await site.access.judge(c);
    rememberRole(c, role);
    return verdict === "allowed" ? await next() : await refuse(c, site, verdict);
  });
  addPages(app, site);
  app.all("*", (c) =>
    isAtRoot(c) ? c.redirect(`${site.root(c)}runs`, 302) : answerNotFound(c, site),
  );
}

function addPages(app: Hono, site: Site): void {
  app.get("/runs", (c) => answerRuns(c, site));
  app.get("/runs/:runId", (c) => answerRun(c, site));
  app.get("/runs/:runId/values/:name", (c) => answerValue(c, site));
  app.get("/runs/:runId/values/:record/:name", (c) => answerValue(c, site));
  app.post("/runs/:runId/delete", (c) => deleteRun(c, site));
  app.post(`/runs/:runId/:action{${ACTIONS}}`, (c) => actOnRun(c, site));
  // Whoever logs in again after sending a form comes back by its address.
  app.get(`/runs/:runId/:action{${ACTIONS}|delete}`, (c) => backTo(c, site, "runs", "runId"));
  app.get("/workflows", (c) => answerWorkflows(c, site));
  app.get("/workflows/:workflowId", (c) => answerWorkflow(c, site));
  app.post("/workflows/:workflowId/start", (c) => startRun(c, site));
  app.get("/workflows/:workflowId/start", (c) => backTo(c, site, "workflows", "workflowId"));
}

const ACTIONS = "cancel|resume|event|retry";

function backTo(c: Context, site: Site, section: string, parameter: string): Response {
  const id = encodeURIComponent(c.req.param(parameter) ?? "");
  return c.redirect(`${site.root(c)}${section}/${id}`, 302);
}

function siteOf(options: AppOptions): Site {
  const { engine, now = Date.now, onError = logError } = options;
  const basePath = readBasePath(options.basePath);
  return {
    engine,
    access: new Access(options),
    now,
    waitUntil: options.waitUntil ?? (() => {}),
    onError,
    root: (c) => rootOf(c, basePath),
  };
}

function readBasePath(basePath: string | undefined): string | undefined {
  if (basePath === undefined || /^(\/[\w\-.~%]+)*\/?$/.test(basePath)) {
    return basePath?.replace(/\/$/, "");
  }
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot mount the app at ${JSON.stringify(basePath)}: basePath must be a path such as "/flows"`,
  );
}
