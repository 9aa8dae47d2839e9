import { join } from "node:path";
import { assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { ExecutionEngine, RunFailedError, WorkflowStorage } from "../../backend/index.ts";
import { backup } from "./backup.ts";
import { describeExecutions } from "./backup-folder.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import { expense } from "./expense.ts";
import { importCustomers } from "./import-customers.ts";
import { createOrderWorkflow } from "./order.ts";
import { DECLINED_CARD, startPaymentService } from "./payment-service.ts";
import { weeklyReport } from "./weekly-report.ts";

async function inFolder(
  test: (engine: ExecutionEngine, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "wrkflw-demo-" });
  const storage = new WorkflowStorage({ url: ":memory:" });
  try {
    await test(new ExecutionEngine(storage), folder);
  } finally {
    await storage.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(
    () => true,
    () => false,
  );
}

Deno.test("the weekly report adds up the week's sales and writes them as Markdown", () =>
  inFolder(async (engine, folder) => {
    const run = await engine.createRun(weeklyReport);
    const { path, characters } = await run.start({
      inputData: { week: "2026-W10", reportsFolder: folder },
    });
    assertEquals(path, join(folder, "2026-W10.md"));
    const report = await Deno.readTextFile(path);
    assertEquals(report.length, characters);
    assertMatch(report, /€1087\.70 in all; the best day was 2026-03-06\./);
    assertMatch(report, /\| Green tea, 100 g \| 49 \| €436\.10 \|/);
  }));

Deno.test("a week without a file fails its report in the step that reads it", () =>
  inFolder(async (engine, folder) => {
    const run = await engine.createRun(weeklyReport);
    const inputData = { week: "1999-W01", reportsFolder: folder };
    const error = await assertRejects(() => run.start({ inputData }), RunFailedError);
    assertEquals(error.step, "read-sales");
  }));

Deno.test("a word that is no week is refused before anything is stored", () =>
  inFolder(async (engine, folder) => {
    const run = await engine.createRun(weeklyReport);
    const inputData = { week: "../secrets", reportsFolder: folder };
    await assertRejects(() => run.start({ inputData }), Error, "Expected a week such as 2026-W10");
    assertEquals(await run.getSnapshot(), null);
  }));

const parcel = { orderId: "7", customer: "Mei", items: [{ sku: "cup-set", quantity: 2 }] };

async function withOrders(
  test: (
    engine: ExecutionEngine,
    order: ReturnType<typeof createOrderWorkflow>,
    charges: () => number,
  ) => Promise<void>,
): Promise<void> {
  const payments = startPaymentService();
  try {
    await inFolder(async (engine, outbox) => {
      const order = createOrderWorkflow({ paymentsUrl: payments.url, outbox });
      await test(engine, order, payments.charges);
    });
  } finally {
    await payments.close();
  }
}

Deno.test("an order is charged once, fulfilled by the nested workflow and confirmed", () =>
  withOrders(async (engine, order, charges) => {
    const run = await engine.createRun(order);
    const { message, path } = await run.start({ inputData: { ...parcel, card: "4111" } });
    assertMatch(message, /^Order 7 is on its way as WF-7; payment ch_[0-9a-f]{8}$/);
    assertEquals(await Deno.readTextFile(path), `${message}\n`);
    assertEquals(charges(), 1);
    const steps = Object.keys((await run.getSnapshot())?.stepResults ?? {});
    assertEquals(steps, [
      "check-order",
      "charge",
      "fulfilment/reserve",
      "fulfilment/label",
      "notify",
    ]);
  }));

Deno.test("a declined card fails the order before anything is reserved", () =>
  withOrders(async (engine, order, charges) => {
    const run = await engine.createRun(order);
    const result = await run.safeStart({ inputData: { ...parcel, card: DECLINED_CARD } });
    assertEquals(result.status === "failed" && result.error.step, "charge");
    assertEquals(
      result.status === "failed" && result.error.message,
      "Cannot charge €64.00: Card was declined",
    );
    assertEquals(Object.keys(result.steps), ["check-order", "charge"]);
    assertEquals(charges(), 0);
  }));

Deno.test("an order of more than the warehouse has fails in the nested workflow", () =>
  withOrders(async (engine, order) => {
    const run = await engine.createRun(order);
    const items = [{ sku: "pot-clay", quantity: 100 }];
    const result = await run.safeStart({ inputData: { ...parcel, items, card: "4111" } });
    assertEquals(result.status === "failed" && result.error.step, "fulfilment/reserve");
  }));

Deno.test("an import of right rows saves every customer", () =>
  inFolder(async (engine, folder) => {
    const run = await engine.createRun(importCustomers);
    const saveTo = join(folder, "new", "customers.json");
    const file = join(DATA_FOLDER, "customers.csv");
    assertEquals(await run.start({ inputData: { file, saveTo } }), { imported: 4, path: saveTo });
    const saved: unknown = JSON.parse(await Deno.readTextFile(saveTo));
    assertInstanceOf(saved, Array);
    assertEquals(saved[0], {
      name: "Amira Haddad",
      email: "amira@example.com",
      country: "FR",
      since: "2021-04-11",
    });
  }));

Deno.test("an import with broken rows fails, names each of them and saves nothing", () =>
  inFolder(async (engine, folder) => {
    const run = await engine.createRun(importCustomers);
    const saveTo = join(folder, "customers.json");
    const file = join(DATA_FOLDER, "customers-broken.csv");
    const error = await assertRejects(
      () => run.start({ inputData: { file, saveTo } }),
      RunFailedError,
      'Cannot import "customers-broken.csv": line 3 has email "peter.example.com", expected an address such as mei@example.com; line 4 has since "31.12.2024", expected a date such as 2024-12-31. Nothing was imported',
    );
    assertEquals(error.step, "check-rows");
    assertEquals(await exists(saveTo), false);
  }));

Deno.test("a backup copies every file of the folder and executes each step once", () =>
  inFolder(async (engine, folder) => {
    const to = join(folder, "copies");
    const run = await engine.createRun(backup);
    const inputData = { from: DATA_FOLDER, to };
    assertEquals(await run.start({ inputData }), { files: 5, to });
    for (const name of ["products.json", "customers.csv"]) {
      const [original, copy] = await Promise.all(
        [DATA_FOLDER, to].map((place) => Deno.readTextFile(join(place, name))),
      );
      assertEquals(copy, original);
    }
    assertEquals(
      await describeExecutions(to),
      "list-files ×1, fingerprint ×1, copy-files ×1, verify ×1",
    );
  }));

Deno.test("a small expense is approved by the rule, and a large one by whoever resumes it", () =>
  inFolder(async (engine) => {
    const item = (what: string, cents: number) => ({ what, cents });
    const small = await engine.createRun(expense);
    const lunch = { employee: "Noor", items: [item("Lunch", 4_200)] };
    assertEquals(
      await small.start({ inputData: lunch }),
      "Noor is paid back, decided by the rule for small sums",
    );

    const large = await engine.createRun(expense);
    const trip = { employee: "Tom", items: [item("Train", 18_900), item("Lunch", 4_200)] };
    const asked = await large.safeStart({ inputData: trip });
    assertEquals(asked.status, "suspended");
    const question = { question: "May Tom have €231.00 back?" };
    assertEquals("waits" in asked && asked.waits.map(({ payload }) => payload), [question]);
    await assertRejects(() => large.resume({ resumeData: { approved: "yes" } }), Error, "approved");
    assertEquals(
      await large.resume({ resumeData: { approved: false, by: "Ada" } }),
      "Tom is not paid back, decided by Ada",
    );

    const twice = await engine.createRun(expense);
    const doubled = { employee: "Tom", items: [item("Train", 1), item("Train", 1)] };
    await assertRejects(() => twice.start({ inputData: doubled }), Error, "Claimed twice: Train");
  }));
