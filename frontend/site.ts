import type { Context } from "npm:hono@4.13.19";
import type { Access, Role } from "../backend/api.ts";
import type { ExecutionEngine } from "../backend/index.ts";

/** What the handlers of one app share. */
export interface Site {
  readonly engine: ExecutionEngine;
  readonly access: Access;
  readonly now: () => number;
  /** Is given the work that goes on after an answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Is told of every error that the app's pages do not explain. */
  readonly onError: (error: Error) => void;
  /** The way from the page at hand up to where the app is mounted; it ends with a slash. */
  readonly root: (c: Context) => string;
}

/** Notes what who made the request may do. */
export function rememberRole(c: Context, role: Role | undefined): void {
  c.set("role", role);
}

/** Whether who made the request may change anything; known once it was judged. */
export function mayChange(c: Context): boolean {
  return c.get("role") === "owner";
}
