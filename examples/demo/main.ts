/** The demo: seven workflows, some runs of theirs, and the pages to look at them. */
import { join } from "node:path";
import { ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { createApp, createLoginLink } from "../../frontend/app.tsx";
import { backup } from "./backup.ts";
import { delivery } from "./delivery.ts";
import { type DoomedBackup, startDoomedBackup } from "./doomed-backup.ts";
import { exampleInputs } from "./example-inputs.ts";
import { expense } from "./expense.ts";
import { makeFirstRuns } from "./first-runs.ts";
import { importCustomers } from "./import-customers.ts";
import { createOrderWorkflow } from "./order.ts";
import { startPaymentService } from "./payment-service.ts";
import { serveOnFreePort, wantedPort } from "./serve.ts";
import { stopSignal } from "./stop-signal.ts";
import { supplierPrices } from "./supplier-prices.ts";
import { weeklyReport } from "./weekly-report.ts";

const databaseUrl = "file:wrkflw-demo.db";
const outputFolder = "wrkflw-demo-output";
/** Short, so that a run whose process was killed goes on soon. */
const leaseMs = 3_000;
const stopped = stopSignal(2_000);

const payments = startPaymentService();
const order = createOrderWorkflow({
  paymentsUrl: payments.url,
  outbox: join(outputFolder, "outbox"),
});
const workflows = [weeklyReport, order, expense, delivery, supplierPrices, importCustomers, backup];
const engine = new ExecutionEngine(new WorkflowStorage({ url: databaseUrl }), {
  workflows,
  leaseMs,
});
const examples = exampleInputs(outputFolder);
for (const workflow of workflows) engine.register(workflow, examples[workflow.id]);
const app = createApp({ engine });
const server = serveOnFreePort(wantedPort(), (request, info) => app.fetch(request, info));

console.log(`Runs are kept in wrkflw-demo.db, and write their files to ${outputFolder}.`);
await makeFirstRuns({ engine, order, outputFolder });
const doomed = await startDoomedBackup({ engine, databaseUrl, leaseMs, outputFolder });
console.log(`  backup            running in a worker, as run ${doomed.runId}`);
const link = createLoginLink(app, `http://localhost:${server.addr.port}`);
console.log(`\nOpen ${link} to see them all. Ctrl-C ends the demo.\n`);

void tellStory(doomed);
await engine.work({ signal: stopped });
await Promise.all([server.shutdown(), payments.close()]);
await engine.storage.close();
console.log("Stopped. Start the demo again to go on with the same runs.");
Deno.exit(0);

async function tellStory({ runId, killHalfWay, finished }: DoomedBackup): Promise<void> {
  try {
    await killHalfWay();
    console.log(`Killed the worker of run ${runId} in the middle of its step "copy-files".`);
    console.log(`Its lease ends within ${leaseMs / 1000} s; then this process takes the run over.`);
    const { status, executions } = await finished();
    console.log(`Run ${runId} is over: ${status}. Executed were: ${executions}.`);
    console.log("Only the step that was cut off ran again; what was recorded did not.");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
