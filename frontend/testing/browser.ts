/** A real Chromium for tests, and an app on a port of its own for it to open. */

import { Hono } from "npm:hono@4.13.19";
import type { Browser, BrowserContextOptions, Page } from "npm:playwright-core@1.65.1";
import { assertEquals } from "@std/assert";
import { type AnyDefinition, ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { chromiumAvailable, openBrowser } from "../../backend/testing/chromium.ts";
import { type AppOptions, createApp } from "../app.tsx";

/** Long, for machines that do much else. */
const PATIENCE_MS = 20_000;

/** An app that a browser can open. */
export interface ServedApp extends AsyncDisposable {
  readonly engine: ExecutionEngine;
  readonly storage: WorkflowStorage;
  /** Where it is mounted, without a slash at the end. */
  readonly address: string;
}

/** How an app is served. */
export interface ServeOptions extends Partial<AppOptions> {
  readonly workflows?: readonly AnyDefinition[];
  /** Where it is mounted. @default at the root */
  readonly prefix?: string;
}

/** Serves an app over an empty database in memory; without a token unless the options have one. */
export function serveApp({
  workflows = [],
  prefix = "",
  ...options
}: ServeOptions = {}): ServedApp {
  const storage = new WorkflowStorage({ url: ":memory:" });
  const engine = new ExecutionEngine(storage, { workflows });
  const app = createApp({ engine, token: "", readToken: "", ...options });
  const outer = prefix === "" ? app : new Hono().route(prefix, app);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, outer.fetch);
  return {
    engine,
    storage,
    address: `http://127.0.0.1:${server.addr.port}${prefix}`,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await storage.close();
    },
  };
}

/** A tab that keeps account of what must not happen. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Errors in the console, requests to other places, dialogs. */
  readonly problems: string[];
  /** Opens a page of the app. */
  open(path: string): Promise<void>;
}

/** Opens a tab in a context of its own, as another person would. */
export async function openTab(
  browser: Browser,
  app: ServedApp,
  options: BrowserContextOptions & { readonly allows?: RegExp } = {},
): Promise<Tab> {
  const { allows, ...contextOptions } = options;
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 900 },
    ...contextOptions,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const problems = watch(page, new URL(app.address).origin, allows);
  return {
    page,
    problems,
    open: async (path) => {
      await page.goto(app.address + path);
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      assertEquals(problems, []);
    },
  };
}

function watch(page: Page, origin: string, allows: RegExp | undefined): string[] {
  const problems: string[] = [];
  const note = (problem: string) => {
    if (allows?.test(problem) !== true) problems.push(problem);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`page: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) note(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return problems;
}

/** Declares a test in the browser that a file shares. */
export function browserTest(
  name: string,
  run: (browser: Browser) => Promise<void>,
  shared: SharedBrowser,
): void {
  Deno.test({
    name,
    ignore: !shared.isAvailable,
    // The browser outlives the test, and so do the pipes to it.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => await run(await shared.get()),
  });
}

/** The one browser of a file of tests. */
export class SharedBrowser {
  readonly isAvailable: boolean = chromiumAvailable();
  #browser: Promise<Browser> | undefined;

  /** Starts it when it is first asked for. */
  async get(): Promise<Browser> {
    this.#browser ??= openBrowser();
    return await this.#browser;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await (await this.#browser)?.close();
  }
}
