/** The pages in a real browser: what people do with them. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { browserTest, openTab, SharedBrowser, serveApp } from "./testing/browser.ts";
import {
  approval,
  brokenWorkflow,
  delivery,
  Gate,
  slowWorkflow,
} from "./testing/browser-workflows.ts";

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
