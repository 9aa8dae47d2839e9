/** The pages in a real browser: tabs, sessions, keyboards, and browsers without a script. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createStep, createWorkflow } from "../backend/index.ts";
import { browserTest, openTab, SharedBrowser, serveApp } from "./testing/browser.ts";
import { approval, brokenWorkflow, Gate, slowWorkflow } from "./testing/browser-workflows.ts";
import { record, storeRun } from "./testing/open-app.ts";
import { TOKEN } from "./testing/visitors.ts";

const shared = new SharedBrowser();
Deno.test.afterAll(() => shared.close());

const EXAMPLE = { name: "Ada", count: 3, mode: "rough", isDry: true, words: ["tea", "milk"] };

browserTest(
  "a double click, and a form sent from two tabs, start one run",
  async (browser) => {
    const gate = new Gate();
    gate.open();
    await using app = serveApp();
    app.engine.register(slowWorkflow(gate), EXAMPLE);
    await using tab = await openTab(browser, app);
    await tab.open("/workflows/slow-work");
    await tab.page.getByRole("button", { name: "Start", exact: true }).dblclick();
    await tab.page.locator(".run-header .status-success").waitFor();
    assertEquals((await app.storage.queryRuns()).runs.length, 1);
    // Without a script the server alone tells that the two are one.
    await using plain = await openTab(browser, app, { javaScriptEnabled: false });
    await plain.open("/workflows/slow-work");
    await plain.page
      .getByRole("button", { name: "Start", exact: true })
      .dblclick({ noWaitAfter: true });
    await plain.page.waitForURL(/\/runs\//);
    await plain.page.locator(".run-header .status-success").waitFor();
    assertEquals((await app.storage.queryRuns()).runs.length, 2);
  },
  shared,
);

browserTest(
  "a stale tab says that somebody else was first, and shows the run as it is",
  async (browser) => {
    await using app = serveApp({ workflows: [approval] });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    const options = { javaScriptEnabled: false, allows: /status of 409/ };
    await using tab = await openTab(browser, app, options);
    const { page } = tab;
    await tab.open("/runs/a-1");
    await run.safeResume({ resumeData: { approved: false, by: "Tom" } });
    await page.getByLabel("approved").selectOption("yes");
    await page.getByLabel("by").fill("Mei");
    await page.getByRole("button", { name: "Resume" }).click();
    assertStringIncludes(await page.getByRole("alert").innerText(), "Cannot resume run");
    assertStringIncludes(await page.locator("main").innerText(), "refused by Tom");
    await page.reload();
  },
  shared,
);

browserTest(
  "a session that is over asks to log in, and comes back to the page",
  async (browser) => {
    let now = Date.now();
    await using app = serveApp({ workflows: [approval], token: TOKEN, now: () => now });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    await using tab = await openTab(browser, app, { allows: /status of 401/ });
    const { page } = tab;
    await tab.open("/runs/a-1");
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator(".run-header .status-suspended").waitFor();
    now += 13 * 3_600_000;
    await page.getByText("Your session is over.").waitFor();
    await page.getByRole("link", { name: "Log in again" }).click();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/runs\/a-1$/);
    // A form that is sent too late leads back to its page.
    now += 13 * 3_600_000;
    await page.getByLabel("by").fill("Mei");
    await page.getByLabel("approved").selectOption("yes");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/runs\/a-1$/);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Token").waitFor();
  },
  shared,
);

browserTest(
  "who may only look sees everything and no way to change it",
  async (browser) => {
    const workflows = [approval, brokenWorkflow({ isMended: false })];
    await using app = serveApp({ workflows, token: TOKEN, readToken: "for-readers-only" });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    await using tab = await openTab(browser, app, { allows: /status of 401/ });
    const { page } = tab;
    await tab.open("/runs/a-1");
    await page.getByLabel("Token").fill("for-readers-only");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator(".run-header .status-suspended").waitFor();
    for (const path of ["/runs/a-1", "/workflows/approval", "/workflows", "/runs"]) {
      await tab.open(path);
      const forms = await page.locator('form[method="post"]').count();
      assertEquals([path, forms], [path, 1], "only the way out is a form");
    }
  },
  shared,
);

browserTest(
  "everything is done with the keyboard alone",
  async (browser) => {
    await using app = serveApp({ workflows: [approval] });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    await using tab = await openTab(browser, app);
    const { page } = tab;
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    const tabTo = async (text: RegExp) => {
      for (let n = 0; n < 60; n++) {
        await page.keyboard.press("Tab");
        if (text.test(await focused())) return;
      }
      throw new Error(`Tab never came to ${text}`);
    };
    await tab.open("/runs");
    await page.keyboard.press("Tab");
    assertEquals(await focused(), "Skip to the content");
    await tabTo(/^a-1$/);
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    assertEquals(outline, "solid");
    await page.keyboard.press("Enter");
    await page.waitForURL(/a-1/);
    await tabTo(/yesno|–/);
    await page.keyboard.press("y");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Mei");
    await page.keyboard.press("Enter");
    await page.locator(".run-header .status-success").waitFor();
    await tabTo(/ask.*step/s);
    await page.keyboard.press("Enter");
    await page.locator("#step").waitFor();
    assertMatch(page.url(), /step=ask/);
  },
  shared,
);

browserTest(
  "a step is chosen without loading the page anew, and Back and the address know it",
  async (browser) => {
    await using app = serveApp({ workflows: [approval] });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    await using tab = await openTab(browser, app, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page } = tab;
    await tab.open("/runs/a-1");
    await page.evaluate(() => document.body.setAttribute("data-same", "page"));
    await page.locator(".flow-node", { hasText: "ask" }).click();
    await page.locator("#step", { hasText: "ask" }).waitFor();
    assertEquals(
      await page
        .locator(".row[aria-current]")
        .innerText()
        .then((text) => text.includes("ask")),
      true,
    );
    const deepLink = page.url();
    await page.locator(".row", { hasText: "branch" }).click();
    await page.locator("#step", { hasText: "branch" }).waitFor();
    await page.goBack();
    await page.locator("#step-title", { hasText: "ask" }).waitFor();
    assertEquals(await page.locator("body").getAttribute("data-same"), "page");
    await page.getByRole("button", { name: "Copy input" }).first().click();
    await page.locator(".copy[data-said=Copied]").waitFor();
    assertEquals(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), {
      cents: 700,
    });
    await page.getByRole("button", { name: "Copy the run's id" }).click();
    await page.locator(".facts .copy[data-said=Copied]").waitFor();
    assertEquals(await page.evaluate(() => navigator.clipboard.readText()), "a-1");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download input" }).first().click(),
    ]);
    assertMatch(download.suggestedFilename(), /^approval-a-1-.*input\.json$/);
    await using other = await openTab(browser, app);
    await other.page.goto(deepLink);
    await other.page.locator("#step-title", { hasText: "ask" }).waitFor();
  },
  shared,
);

browserTest(
  "without a script every page reads and every action works, under a path of its own",
  async (browser) => {
    const state = { isMended: false };
    await using app = serveApp({
      workflows: [approval, brokenWorkflow(state)],
      prefix: "/my/flows",
    });
    await using tab = await openTab(browser, app, { javaScriptEnabled: false });
    const { page } = tab;
    await tab.open("/workflows");
    await page.getByRole("link", { name: "approval", exact: true }).click();
    await page.getByLabel("cents").fill("900");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.locator(".run-header .status-suspended").waitFor();
    await page.locator(".flow-node", { hasText: "ask" }).click();
    await page.locator("#step", { hasText: "cents" }).waitFor();
    await page.getByLabel("approved").selectOption("no");
    await page.getByLabel("by").fill("Mei");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("refused by Mei").first().waitFor();
    await page.getByRole("link", { name: "Start one like this" }).click();
    assertEquals(await page.getByLabel("cents").inputValue(), "900");
    await tab.open("/workflows/broken?as=json");
    await page.getByLabel("Input as JSON").fill('"ink"');
    await page.getByRole("button", { name: "Start", exact: true }).click();
    while ((await page.locator(".run-header .status-failed").count()) === 0) {
      // A machine that is slow parks the run between its attempts.
      await app.engine.tick();
      await page.reload();
    }
    state.isMended = true;
    await page.getByRole("button", { name: "Retry from the failed step" }).click();
    await page.locator(".run-header .status-success").waitFor();
    assertMatch(page.url(), /\/my\/flows\/runs\//);
    assertEquals(await page.locator(".copy").first().isVisible(), false);
  },
  shared,
);

browserTest(
  "a run with 1,000 steps and a workflow of 200 nodes open at once and can be read",
  async (browser) => {
    const step = (n: number) =>
      createStep({
        id: `step-${n}`,
        inputSchema: z.string(),
        outputSchema: z.string(),
        execute: ({ inputData }) => inputData,
      });
    const config = { id: "long", inputSchema: z.string(), outputSchema: z.string() } as const;
    let builder = createWorkflow(config).then(step(1));
    for (let n = 2; n <= 200; n++) builder = builder.then(step(n));
    await using app = serveApp({ workflows: [builder.commit()] });
    const steps = Array.from({ length: 1_000 }, (_, n) =>
      record({ seq: n + 1, path: `item[${n}]` }),
    );
    await storeRun(app.storage, "many", steps);
    await using tab = await openTab(browser, app);
    const { page } = tab;
    for (const path of ["/runs/many", "/workflows/long"]) {
      const begin = performance.now();
      await tab.open(path);
      const tookMs = performance.now() - begin;
      assert(tookMs < 3_000, `${path} took ${tookMs} ms`);
      const small = await page.evaluate(
        () =>
          [...document.querySelectorAll(".flow-node")].filter(
            (node) => node.clientHeight < 16 && node.checkVisibility(),
          ).length,
      );
      assertEquals(small, 0, path);
    }
    assertEquals(await page.locator(".flow-more").innerText(), "180 more");
  },
  shared,
);
