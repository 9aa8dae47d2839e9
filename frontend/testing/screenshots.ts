/**
 * Takes pictures of every page, light and dark, on a desk and on a phone: `deno task screenshots`.
 * The runs are those of the demo.
 */
import { join } from "node:path";
import type { Browser } from "npm:playwright-core@1.65.1";
import { ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { openBrowser } from "../../backend/testing/chromium.ts";
import { delivery } from "../../examples/demo/delivery.ts";
import { exampleInputs } from "../../examples/demo/example-inputs.ts";
import { expense } from "../../examples/demo/expense.ts";
import { makeFirstRuns } from "../../examples/demo/first-runs.ts";
import { importCustomers } from "../../examples/demo/import-customers.ts";
import { createOrderWorkflow } from "../../examples/demo/order.ts";
import { startPaymentService } from "../../examples/demo/payment-service.ts";
import { supplierPrices } from "../../examples/demo/supplier-prices.ts";
import { weeklyReport } from "../../examples/demo/weekly-report.ts";
import { createApp } from "../app.tsx";

const FOLDER = new URL("../../screenshots/", import.meta.url).pathname;
/** Until then the supplier who answers late has answered. */
const SETTLED_MS = 5_000;

/** The pages by the names of their pictures. */
const PAGES: readonly (readonly [name: string, path: string])[] = [
  ["runs", "/runs"],
  ["run", "/runs/delivery-0997?step=pack-item%5B1%5D"],
  ["run-failed", "/runs/order-1002"],
  ["run-suspended", "/runs/expense-77"],
  ["run-waiting", "/runs/delivery-1001"],
  ["run-retried", "/runs/prices-hill?step=ask-supplier"],
  ["workflows", "/workflows"],
  ["workflow", "/workflows/expense"],
];

const LOOKS = [
  ["light", 1_280],
  ["dark", 1_280],
  ["light", 360],
  ["dark", 360],
] as const;

const outputFolder = await Deno.makeTempDir({ prefix: "wrkflw-screenshots-" });
const payments = startPaymentService();
const order = createOrderWorkflow({
  paymentsUrl: payments.url,
  outbox: join(outputFolder, "outbox"),
});
const workflows = [weeklyReport, order, expense, delivery, supplierPrices, importCustomers];
const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }), { workflows });
const examples = exampleInputs("wrkflw-demo-output");
for (const workflow of workflows) engine.register(workflow, examples[workflow.id]);
await makeFirstRuns({ engine, order, outputFolder });
await engine.work({ signal: AbortSignal.timeout(SETTLED_MS) });

const app = createApp({ engine, token: "", readToken: "" });
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
await Deno.mkdir(FOLDER, { recursive: true });
const browser = await openBrowser();
for (const [theme, width] of LOOKS) await takeAll(browser, theme, width);
await browser.close();
await Promise.all([server.shutdown(), payments.close()]);
await engine.storage.close();
await Deno.remove(outputFolder, { recursive: true });

async function takeAll(from: Browser, colorScheme: "light" | "dark", width: number): Promise<void> {
  const viewport = { width, height: width > 1_000 ? 860 : 740 };
  const context = await from.newContext({ colorScheme, viewport });
  const page = await context.newPage();
  for (const [name, path] of PAGES) {
    await page.goto(`http://127.0.0.1:${server.addr.port}${path}`);
    const file = `${name}-${colorScheme}${width > 1_000 ? "" : "-phone"}.png`;
    await page.screenshot({ path: join(FOLDER, file), fullPage: name !== "run" || width < 1_000 });
  }
  await context.close();
}
