/** The pages in a real browser: how they look, who can read them, and what they keep out. */

import axe from "npm:axe-core@4.14.1";
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import { createStep, createWorkflow } from "../backend/index.ts";
import {
  browserTest,
  openTab,
  type ServedApp,
  SharedBrowser,
  serveApp,
} from "./testing/browser.ts";
import {
  approval,
  brokenWorkflow,
  delivery,
  everything,
  Gate,
  slowWorkflow,
} from "./testing/browser-workflows.ts";
import { HOSTILE_TEXTS } from "./testing/hostile-texts.ts";
import { record, storeRun } from "./testing/open-app.ts";
import { TOKEN } from "./testing/visitors.ts";

const shared = new SharedBrowser();
Deno.test.afterAll(() => shared.close());

const PATHS = [
  "/runs",
  "/runs?status=failed&since=7d",
  "/runs?q=nothing-has-this",
  "/runs/waits",
  "/runs/asks?step=ask",
  "/runs/broke",
  "/runs/all?step=each%5B1%5D",
  "/runs/at-work",
  "/runs/unknown-workflow",
  "/workflows",
  "/workflows/slow-work",
  "/workflows/slow-work?as=json",
  "/workflows/everything",
  "/runs/nothing",
  "/nothing",
];

/** An app whose pages show every part that there is. */
async function serveEverything(): Promise<ServedApp> {
  const broken = brokenWorkflow({ isMended: false });
  const slow = slowWorkflow(new Gate());
  const app = serveApp({ workflows: [approval, broken, delivery, everything, slow] });
  const { engine } = app;
  const start = async (given: { readonly id: string }, runId: string, inputData: unknown) => {
    const workflow = engine.workflows.find(({ id }) => id === given.id) ?? broken;
    const run = await engine.createRun(workflow, { runId, tags: ["web"] });
    await run.safeStart({ inputData: inputData as never });
  };
  await start(approval, "asks", { cents: 700 });
  await start(broken, "broke", "ink");
  await start(delivery, "waits", "box");
  await start(everything, "all", ["a", "b", "c"]);
  await storeRun(app.storage, "at-work", [record({ seq: 1, path: "prepare" })], {
    workflowId: "slow-work",
    position: '["slow"]',
  });
  await storeRun(app.storage, "unknown-workflow", [record({ seq: 1 })]);
  return app;
}

browserTest(
  "axe finds nothing serious on any page, in both themes, on a desk and on a phone",
  async (browser) => {
    await using app = await serveEverything();
    await using tab = await openTab(browser, app, { allows: /status of 404/ });
    const { page } = tab;
    for (const path of PATHS) {
      await page.setViewportSize({ width: 1_280, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
      await tab.open(path);
      assertEquals(await violationsIn(page), [], path);
      await page.emulateMedia({ colorScheme: "dark" });
      assertEquals(await violationsIn(page, COLORS), [], `${path} in the dark`);
      await page.setViewportSize({ width: 360, height: 800 });
      assertEquals(await violationsIn(page, LAYOUT), [], `${path} on a phone`);
      assertEquals(await overflowOf(page), 0, `${path} is wider than a phone`);
    }
  },
  shared,
);

/** All that axe knows of WCAG 2.2 AA, and what it recommends beyond. */
const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules that the theme has a say in. */
const COLORS = ["color-contrast", "link-in-text-block"];
/** The rules that the width has a say in. */
const LAYOUT = ["color-contrast", "scrollable-region-focusable", "target-size", "meta-viewport"];

/** What axe holds against a page, in one line each. */
async function violationsIn(page: Page, runOnly = ALL): Promise<string[]> {
  const isThere = await page.evaluate(() => Reflect.has(globalThis, "axe"));
  if (!isThere) await page.evaluate(axe.source);
  return await page.evaluate(async (rules) => {
    const { violations } = await Reflect.get(globalThis, "axe").run(document, { runOnly: rules });
    return violations.map(
      ({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        `${id}: ${nodes
          .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
          .join("; ")
          .slice(0, 600)}`,
    );
  }, runOnly);
}

async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

browserTest(
  "the pages are dark where the system is, and light where it is not",
  async (browser) => {
    await using app = serveApp();
    const lightness = async (colorScheme: "light" | "dark") => {
      await using tab = await openTab(browser, app, { colorScheme });
      await tab.open("/runs");
      const color = await tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      return Number(/\d+/.exec(color)?.[0]);
    };
    assert((await lightness("light")) > 200);
    assert((await lightness("dark")) < 50);
  },
  shared,
);

browserTest(
  "the log-in page is readable, too",
  async (browser) => {
    await using app = serveApp({ token: TOKEN });
    for (const colorScheme of ["light", "dark"] as const) {
      await using tab = await openTab(browser, app, { colorScheme, allows: /status of 401/ });
      await tab.open("/runs");
      assertEquals(await violationsIn(tab.page), []);
    }
  },
  shared,
);

/** A workflow that says the texts wherever it may say anything. */
function sayingWorkflow(texts: readonly string[]) {
  const saying = (text: string) => [text, z.string().describe(text).default(text)] as const;
  const Inputs = z.object(Object.fromEntries(texts.map(saying)));
  return createWorkflow({
    id: "saying",
    description: texts.join(" "),
    inputSchema: Inputs,
    outputSchema: z.unknown(),
  })
    .then(
      createStep({
        id: "say",
        description: texts.join(" "),
        inputSchema: z.unknown(),
        outputSchema: z.unknown(),
        resumeSchema: z.object({ answer: z.enum(texts).describe(texts.join(" ")) }),
        execute: ({ suspend, log }) => {
          for (const text of texts) log.info(text, { [text]: text });
          return suspend(Object.fromEntries(texts.map((text) => [text, text])));
        },
      }),
    )
    .commit();
}

/** A run that has the text in everything that is stored. */
async function storeHostile({ storage }: ServedApp, text: string): Promise<string> {
  const id = text.toWellFormed().replaceAll("\0", "");
  const error = JSON.stringify({
    name: text,
    message: text,
    stack: `${text}\n at ${text}`,
    code: text,
  });
  const logs = JSON.stringify([{ at: 1, level: text, message: text, data: { [text]: text } }]);
  const output = JSON.stringify({ [text]: [text] });
  const wait = JSON.stringify({ payload: { [text]: text }, event: { name: text, match: text } });
  const steps = [
    record({ seq: 1, path: id, kind: id, output, logs, state: output }),
    record({ seq: 2, path: `${id}/inner`, error, status: "failed" }),
    record({ seq: 3, path: "wait", wait, status: "suspended" }),
  ];
  const words = JSON.stringify([text]);
  await storeRun(storage, id, steps, { workflowId: id, tags: words, position: words });
  return id;
}

browserTest(
  "no text that a workflow can store becomes markup or script on any page",
  async (browser) => {
    assert(new Set(HOSTILE_TEXTS).size >= 60);
    const saying = sayingWorkflow(
      [...new Set(HOSTILE_TEXTS)].filter((text) => text !== "__proto__"),
    );
    await using app = serveApp({ workflows: [saying] });
    const ids = [];
    for (const text of HOSTILE_TEXTS) ids.push(await storeHostile(app, text));
    const run = await app.engine.createRun(saying, "said");
    await run.safeStart({ inputData: {} });
    await using tab = await openTab(browser, app, { allows: /status of (400|404)/ });
    const escaped = ids.map((id) => encodeURIComponent(id));
    for (const path of [
      "/runs",
      "/runs/said?step=say",
      "/workflows",
      "/workflows/saying",
      ...escaped.map((id) => `/runs/${id}?step=${id}`),
      ...escaped.slice(44).map((id) => `/runs?q=${id}&workflow=${id}&tag=${id}`),
      ...escaped.slice(0, 5).map((id) => `/runs?q=${id}&status=${id}`),
    ]) {
      await tab.page.goto(app.address + path, { waitUntil: "domcontentloaded" });
      await assertHarmless(tab.page, path);
    }
  },
  shared,
);

/** Nothing ran, and there is no element that the pages do not make themselves. */
async function assertHarmless(page: Page, name: string): Promise<void> {
  const found = await page.evaluate(() => ({
    harmed: Reflect.get(globalThis, "harmed") ?? null,
    scripts: document.querySelectorAll("script").length,
    images: document.querySelectorAll("img").length,
    odd: [
      ...document.querySelectorAll(
        "iframe, base, object, embed, style, video, template, dialog, math, animate, mglyph, noscript, b, font",
      ),
    ].map(({ tagName }) => tagName),
    handlers: [...document.querySelectorAll("*")].flatMap((element) =>
      element.getAttributeNames().filter((attribute) => /^on|^style$|^srcdoc$/.test(attribute)),
    ),
    links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
      .filter(({ origin }) => origin !== location.origin)
      .map(({ href }) => href),
    forms: [...document.forms].filter(({ action }) => !action.startsWith(location.origin)).length,
    sheets: document.querySelectorAll("link[rel=stylesheet]").length,
  }));
  assertEquals(
    found,
    { harmed: null, scripts: 1, images: 1, odd: [], handlers: [], links: [], forms: 0, sheets: 1 },
    name,
  );
}

browserTest(
  "a hostile text that is typed in comes back as text",
  async (browser) => {
    await using app = serveApp({ workflows: [slowWorkflow(new Gate())] });
    await using tab = await openTab(browser, app, { allows: /status of 422/ });
    await tryTyping(tab.page, () => tab.open("/workflows/slow-work"));
  },
  shared,
);

async function tryTyping(page: Page, open: () => Promise<void>): Promise<void> {
  for (const text of HOSTILE_TEXTS.slice(44, 54).filter(
    (each) => !/[\0\r\n]/.test(each) && each.isWellFormed(),
  )) {
    await open();
    await page.getByLabel("name").fill(text);
    await page.getByLabel("words").fill(text);
    await page.locator("form.stack").evaluate((form) => {
      if (form instanceof HTMLFormElement) form.noValidate = true;
    });
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await assertHarmless(page, text);
    assertEquals(await page.getByLabel("name").inputValue(), text);
  }
}

browserTest(
  "what is searched for narrows the list in place, pages lead on, and Back leads back",
  async (browser) => {
    await using app = serveApp();
    for (let n = 0; n < 120; n++) {
      const tags = JSON.stringify(n % 40 === 0 ? ["rare"] : ["common"]);
      await storeRun(app.storage, `run-${String(n).padStart(3, "0")}`, [], {
        workflowId: `flow-${n % 2}`,
        tags,
      });
    }
    await using tab = await openTab(browser, app);
    await narrow(browser, tab.page, app.address);
  },
  shared,
);

async function narrow(_browser: Browser, page: Page, address: string): Promise<void> {
  const shown = () => page.locator("tbody tr").count();
  await page.goto(`${address}/runs`);
  assertEquals(await shown(), 50);
  await page.getByLabel("Workflow").selectOption("flow-1");
  await page.waitForURL(/workflow=flow-1/);
  await page.locator(".chip", { hasText: "all" }).getByText("60").waitFor();
  await page.getByRole("link", { name: "Older →" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 10);
  await page.locator("tbody a").first().click();
  await page.waitForURL(/\/runs\/run-/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 10);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 50);
  await page.waitForFunction(() => document.querySelector("select")?.value === "flow-1");
  await page.goBack();
  await page.waitForFunction(
    () => document.querySelectorAll("tbody a[href*='run-118']").length === 1,
  );
  await page.waitForFunction(() => document.querySelector("select")?.value === "");
  await page.getByLabel("Search").fill("rare");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 3);
  await page.getByLabel("Search").fill("run-07");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 10);
  await page.reload();
  assertEquals(await shown(), 10);
  assertEquals(await page.getByLabel("Search").inputValue(), "run-07");
  await page.getByRole("link", { name: "Clear" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 50);
}
