/** The pages in a real browser: what people do with them. */

import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createStep, createWorkflow } from "../backend/index.ts";
import { browserTest, openTab, SharedBrowser, serveApp } from "./testing/browser.ts";
import {
  approval,
  brokenWorkflow,
  delivery,
  Gate,
  slowWorkflow,
} from "./testing/browser-workflows.ts";
import { record, storeRun } from "./testing/open-app.ts";
import { TOKEN } from "./testing/visitors.ts";

const shared = new SharedBrowser();
Deno.test.afterAll(() => shared.close());

browserTest(
  "a run is started from the form, and its page follows it until it is over",
  async (browser) => {
    const gate = new Gate();
    await using app = serveApp({ workflows: [slowWorkflow(gate)] });
    app.engine.register(slowWorkflow(gate), EXAMPLE);
    await using tab = await openTab(browser, app);
    const { page } = tab;
    await tab.open("/workflows");
    await page.getByRole("link", { name: "Start a run of slow-work" }).click();
    assertEquals(await page.getByLabel("name").inputValue(), "Ada");
    assertEquals(await page.getByLabel("words one a line").inputValue(), "tea\nmilk");
    await page.getByLabel("name").fill("Grace");
    await page.getByLabel("Tags").fill("web, urgent");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/\/runs\//);
    assertStringIncludes(await page.locator("main").innerText(), "The run was started.");
    await page.locator(".run-header .status-running").waitFor();
    await page.locator(".row.status-running", { hasText: "slow" }).waitFor();
    await page.locator(".flow-node.status-not-reached", { hasText: "finish" }).waitFor();
    // What a person does meanwhile stays.
    await page.locator("summary", { hasText: "Cancel run" }).click();
    gate.open();
    await page.locator(".run-header .status-success").waitFor();
    await page.locator(".flow-node.status-success", { hasText: "finish" }).waitFor();
    assertStringIncludes(await page.locator(".values").last().innerText(), "Grace at last");
    assertEquals(await page.locator("a.tag").allInnerTexts(), ["web", "urgent"]);
    const [run] = (await app.storage.queryRuns()).runs;
    const loaded = await app.storage.loadRun(run?.runId ?? "");
    assertEquals(JSON.parse(loaded?.run.input ?? ""), { ...EXAMPLE, name: "Grace" });
  },
  shared,
);

const EXAMPLE = { name: "Ada", count: 3, mode: "rough", isDry: true, words: ["tea", "milk"] };

browserTest(
  "a form says what is wrong beside the field, keeps what was typed, and takes JSON instead",
  async (browser) => {
    const gate = new Gate();
    gate.open();
    await using app = serveApp({ workflows: [slowWorkflow(gate)] });
    await using tab = await openTab(browser, app, { allows: /status of 422/ });
    const { page } = tab;
    await tab.open("/workflows/slow-work");
    await page.getByLabel("name").fill("Ada");
    await page.getByLabel("mode").selectOption("gentle");
    // The browser itself would not let this through.
    await page.getByLabel("count").evaluate((input) => input.setAttribute("type", "text"));
    await page.getByLabel("count").fill("12");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("alert").waitFor();
    assertEquals(await page.getByLabel("count").inputValue(), "12");
    assertEquals(await page.getByLabel("count").getAttribute("aria-invalid"), "true");
    assertEquals((await app.storage.queryRuns()).runs.length, 0);
    await page.getByRole("link", { name: "Type JSON instead" }).click();
    await page.getByLabel("Input as JSON").fill('{"name":"Bob","mode":"gentle","words":[]}');
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.locator(".run-header .status-success").waitFor();
  },
  shared,
);

browserTest(
  "a failure shows its error, cause, stack and attempts, and is retried from its page",
  async (browser) => {
    const state = { isMended: false };
    const broken = brokenWorkflow(state);
    await using app = serveApp({ workflows: [broken] });
    const run = await app.engine.createRun(broken, "r-1");
    let { status } = await run.safeStart({ inputData: "ink" });
    // A machine that is slow parks the run between its attempts.
    while (status === "waiting") ({ status } = await app.engine.advance("r-1"));
    await using tab = await openTab(browser, app);
    const { page } = tab;
    await tab.open("/runs");
    assertStringIncludes(
      await page.locator("tr", { hasText: "broken" }).innerText(),
      "No paper left",
    );
    await page.getByRole("link", { name: "r-1" }).click();
    const text = await page.locator("main").innerText();
    for (const part of ["Failed in fragile", "RangeError: No paper left", "TypeError: Tray 2"]) {
      assertStringIncludes(text, part);
    }
    const panel = page.locator("#step");
    assertMatch(await panel.innerText(), /attempt 2.*Trying it.*Before that.*No paper left/s);
    await panel.locator("summary", { hasText: "Stack" }).first().click();
    assertStringIncludes(await panel.locator("pre").first().innerText(), "execute (file:");
    assertEquals(await page.locator(".row.status-failed line.retry").count(), 1);
    state.isMended = true;
    await page.getByRole("button", { name: "Retry from the failed step" }).click();
    await page.locator(".run-header .status-success").waitFor();
    assertEquals(
      (await app.storage.loadRun("r-1"))?.steps.filter(({ path }) => path === "before").length,
      1,
    );
    await page.getByRole("link", { name: "Start one like this" }).click();
    assertEquals(await page.getByLabel("Input", { exact: true }).inputValue(), "ink");
  },
  shared,
);

browserTest(
  "an approval is given with a form, and what does not fit is said first",
  async (browser) => {
    await using app = serveApp({ workflows: [approval] });
    const run = await app.engine.createRun(approval, "a-1");
    await run.safeStart({ inputData: { cents: 700 } });
    await using tab = await openTab(browser, app, { allows: /status of (400|422)/ });
    const { page } = tab;
    await tab.open("/runs/a-1");
    const form = page.locator(".waits");
    assertStringIncludes(await form.innerText(), "Pay 700 cents?");
    await form.getByLabel("approved").selectOption("yes");
    await form.getByLabel("by").fill("x");
    await form.getByRole("button", { name: "Resume" }).click();
    await page.getByText("expected a name").first().waitFor();
    assertEquals(await form.getByLabel("approved").inputValue(), "yes");
    await form.getByLabel("by").fill("Mei");
    await form.getByRole("button", { name: "Resume" }).click();
    await page.locator(".run-header .status-success").waitFor();
    assertStringIncludes(await page.locator("main").innerText(), "paid by Mei");
  },
  shared,
);

browserTest(
  "an event is sent from the page of the run that waits for it, which then sleeps",
  async (browser) => {
    await using app = serveApp({ workflows: [delivery] });
    const run = await app.engine.createRun(delivery, "d-1");
    await run.safeStart({ inputData: "box" });
    await using tab = await openTab(browser, app);
    const { page } = tab;
    await tab.open("/runs");
    assertMatch(
      await page.locator("tr", { hasText: "d-1" }).innerText(),
      /Waits for event "parcel.sent" for "p-1", gives up in/,
    );
    await page.getByRole("link", { name: "d-1" }).click();
    await page.locator(".waits").getByLabel("code").fill("XY");
    await page.getByRole("button", { name: "Send event" }).click();
    await page.getByText("Sleeps for").waitFor();
    assertStringIncludes(await page.locator("main").innerText(), "this run took it");
    // The wait that is ahead is drawn, and a line says where now is.
    assertEquals(await page.locator(".bar-ahead").count(), 1);
    assert((await page.locator("line.now").count()) > 0);
    assertEquals(await page.locator(".waits").count(), 0);
  },
  shared,
);

browserTest(
  "a run is canceled, and deleted, each after a question",
  async (browser) => {
    await using app = serveApp({ workflows: [delivery] });
    const run = await app.engine.createRun(delivery, "d-1");
    await run.safeStart({ inputData: "box" });
    await using tab = await openTab(browser, app);
    const { page } = tab;
    await tab.open("/runs/d-1");
    await page.getByText("Cancel run…").click();
    await page.getByRole("button", { name: "Cancel this run" }).click();
    await page.locator(".run-header .status-canceled").waitFor();
    await page.getByText("Delete…").click();
    await page.getByRole("button", { name: "Delete this run" }).click();
    await page.getByText("The run was deleted.").waitFor();
    assertEquals(await app.storage.loadRun("d-1"), null);
  },
  shared,
);

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
