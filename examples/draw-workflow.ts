/**
 * A workflow and its run as diagrams: text for a terminal, Mermaid for a README, dot for Graphviz,
 * and JSON for programs.
 *
 * Run it: deno run -A examples/draw-workflow.ts
 */
import { z } from "npm:zod@4.6.7";
import {
  createStep,
  createWorkflow,
  ExecutionEngine,
  visualizeWorkflow,
  WorkflowStorage,
} from "../backend/index.ts";

const Order = z.object({ total: z.number() });

const step = <const Id extends string>(id: Id, description: string) =>
  createStep({
    id,
    description,
    inputSchema: Order,
    outputSchema: Order,
    execute: ({ inputData }) => inputData,
  });

const check = step("check", "Is everything in stock?");
const discount = step("discount", "Ten per cent off");
const invoice = step("invoice", "Writes the invoice");
const parcel = step("parcel", "Packs the parcel");

const order = createWorkflow({ id: "order", inputSchema: Order, outputSchema: Order })
  .then(check)
  .branch([[({ inputData }) => inputData.total > 100, discount]])
  .map(({ getInitData }) => Order.parse(getInitData()))
  .parallel([invoice, parcel])
  .map(({ inputData }) => inputData.invoice)
  .waitForEvent("paid", { schema: Order, timeoutMs: 14 * 86_400_000 })
  .commit();

// The definition: every construct is drawn, also those within others.
console.log(order.visualize("ascii"));

// A run: the same tree, with what happened at each place.
const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
const run = await engine.createRun(order, "order-1");
await run.safeStart({ inputData: { total: 50 } });
console.log(await run.visualize("ascii", { includeDescriptions: false, showResults: true }));

// GitHub and many editors draw this where it stands in a block of the language mermaid.
console.log(order.visualize("mermaid", { includeDescriptions: false }).split("\n")[0]);
// And with Graphviz: deno run ... | dot -Tsvg
console.log(visualizeWorkflow(order, "dot").split("\n")[0]);
console.log(Object.keys(JSON.parse(order.visualize("json"))).join(" "));
