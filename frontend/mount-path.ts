/** Links that work wherever the app is mounted: they are relative to the page that holds them. */
import type { Context } from "npm:hono@4.13.19";
import { baseRoutePath } from "npm:hono@4.13.19/route";

/**
 * The way from the page at hand up to where the app is mounted, such as `../`; it ends with a
 * slash. Only the depth of the path counts, so that a proxy may have cut off its beginning.
 *
 * @param basePath Where browsers see the app, when its owner has said so.
 */
export function rootOf(c: Context, basePath?: string): string {
  if (basePath !== undefined) return `${basePath}/`;
  const depth = depthOf(c);
  if (depth > 0) return depth === 1 ? "./" : "../".repeat(depth - 1);
  const { pathname } = new URL(c.req.url);
  return `./${pathname.slice(pathname.lastIndexOf("/") + 1)}/`;
}

/** Whether the request is for the place at which the app is mounted. */
export function isAtRoot(c: Context): boolean {
  return pathBelowRoot(c) === "";
}

/** The path of the request below the place at which the app is mounted, without its query. */
export function pathBelowRoot(c: Context): string {
  const depth = depthOf(c);
  return depth === 0 ? "" : new URL(c.req.url).pathname.split("/").slice(-depth).join("/");
}

/** How many segments the path has below the place at which the app is mounted. */
function depthOf(c: Context): number {
  const mount = baseRoutePath(c).replace(/\/$/, "");
  return slashesIn(new URL(c.req.url).pathname) - slashesIn(mount);
}

/** The address of a run's page, below the root. */
export function runPath(runId: string): string {
  return `runs/${encodeURIComponent(runId.toWellFormed())}`;
}

/** The address of a workflow's page, below the root. */
export function workflowPath(workflowId: string): string {
  return `workflows/${encodeURIComponent(workflowId.toWellFormed())}`;
}

function slashesIn(path: string): number {
  return path.split("/").length - 1;
}
