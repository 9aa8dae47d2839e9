/** Makes the runs that the first page shows. */
import { join } from "node:path";
import type { ExecutionEngine, RunResult, WorkflowRun } from "../../backend/index.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import { delivery } from "./delivery.ts";
import { expense } from "./expense.ts";
import { importCustomers } from "./import-customers.ts";
import type { createOrderWorkflow } from "./order.ts";
import { DECLINED_CARD } from "./payment-service.ts";
import { supplierPrices } from "./supplier-prices.ts";
import { weeklyReport } from "./weekly-report.ts";

/** What the runs need of the demo. */
export interface FirstRunsOptions {
  readonly engine: ExecutionEngine;
  readonly order: ReturnType<typeof createOrderWorkflow>;
  readonly outputFolder: string;
}

const AN_HOUR_MS = 60 * 60 * 1000;

/** Makes the runs and says what became of each. Those with an id of their own are made only once. */
export async function makeFirstRuns(options: FirstRunsOptions): Promise<void> {
  await makeReports(options);
  await makeOrders(options);
  await makeExpenses(options);
  await makeImports(options);
  await makeDeliveries(options);
  await askSuppliers(options);
}

async function makeReports({ engine, outputFolder }: FirstRunsOptions): Promise<void> {
  const reportsFolder = join(outputFolder, "reports");
  const report = await engine.createRun(weeklyReport, { idempotencyKey: "report-2026-W10" });
  tell(report, await report.safeStart({ inputData: { week: "2026-W10", reportsFolder } }));

  const later = await engine.createRun(weeklyReport, { runId: "report-2026-W11" });
  await later.enqueue({ inputData: { week: "2026-W11", reportsFolder }, delayMs: AN_HOUR_MS });
  tell(later, "enqueued to start by itself in an hour");
}

async function makeOrders({ engine, order }: FirstRunsOptions): Promise<void> {
  const tea = { customer: "Amira Haddad", items: [{ sku: "tea-250", quantity: 2 }] };
  const set = { customer: "Mei Tanaka", items: [{ sku: "cup-set", quantity: 1 }] };
  const card = "4000-0000-0000-1111";

  const paid = await engine.createRun(order, { runId: "order-1001", tags: ["web"] });
  tell(paid, await paid.safeStart({ inputData: { orderId: "1001", ...tea, card } }));

  const declined = await engine.createRun(order, { runId: "order-1002", tags: ["web"] });
  const inputData = { orderId: "1002", ...set, card: DECLINED_CARD };
  tell(declined, await declined.safeStart({ inputData }));

  const regretted = await engine.createRun(order, { runId: "order-1003", tags: ["phone"] });
  const input = { orderId: "1003", ...set, card };
  await regretted.enqueue({ inputData: input, delayMs: AN_HOUR_MS });
  await regretted.cancel();
  tell(regretted, "enqueued, then canceled before it began");
}

async function makeExpenses({ engine }: FirstRunsOptions): Promise<void> {
  const lunch = { what: "Lunch with a customer", cents: 4_200 };
  const small = await engine.createRun(expense, { runId: "expense-76" });
  tell(small, await small.safeStart({ inputData: { employee: "Noor", items: [lunch] } }));

  const train = { what: "Train to Vienna", cents: 18_900 };
  const large = await engine.createRun(expense, { runId: "expense-77" });
  tell(large, await large.safeStart({ inputData: { employee: "Tom", items: [lunch, train] } }));
}

async function makeImports({ engine, outputFolder }: FirstRunsOptions): Promise<void> {
  for (const name of ["customers.csv", "customers-broken.csv"]) {
    const run = await engine.createRun(importCustomers, { tags: [name] });
    const saveTo = join(outputFolder, "customers.json");
    tell(run, await run.safeStart({ inputData: { file: join(DATA_FOLDER, name), saveTo } }));
  }
}

async function makeDeliveries({ engine }: FirstRunsOptions): Promise<void> {
  for (const orderId of ["1001", "0997"]) {
    const run = await engine.createRun(delivery, {
      runId: `delivery-${orderId}`,
      tags: ["parcel"],
    });
    tell(run, await run.safeStart({ inputData: { orderId, items: ["green tea", "cup", "pot"] } }));
  }
  const arrival = { signedBy: "Noor", place: "door" };
  await engine.sendEvent("parcel.arrived", arrival, { match: "0997", eventId: "arrival-0997" });
}

async function askSuppliers({ engine }: FirstRunsOptions): Promise<void> {
  for (const [supplier, runId] of [
    ["Hill Garden", "prices-hill"],
    ["Closed for Winter", "prices-closed"],
  ] as const) {
    const run = await engine.createRun(supplierPrices, { runId });
    await run.enqueue({ inputData: { supplier } });
    tell(run, "enqueued; the supplier does not answer at once, so it is asked again");
  }
}

/** One line on a run. */
function tell(run: WorkflowRun<never, unknown>, result: RunResult<unknown> | string): void {
  console.log(
    `  ${run.workflowId.padEnd(17)} ${typeof result === "string" ? result : describe(result)}`,
  );
}

function describe(result: RunResult<unknown>): string {
  if (result.status === "success") return `success: ${JSON.stringify(result.output)}`;
  if (result.status === "failed") return `failed: ${result.error.message}`;
  return result.status;
}
