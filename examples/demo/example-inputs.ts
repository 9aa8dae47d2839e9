/** Inputs that the start forms of the pages are filled with. */
import { join } from "node:path";
import { DATA_FOLDER } from "./data-folder.ts";

/** An example for each workflow, by its id. */
export function exampleInputs(outputFolder: string): Readonly<Record<string, unknown>> {
  return {
    "weekly-report": { week: "2026-W11", reportsFolder: join(outputFolder, "reports") },
    order: {
      orderId: "1004",
      customer: "Lena Fischer",
      items: [{ sku: "tea-250", quantity: 1 }],
      card: "4000-0000-0000-1111",
    },
    expense: {
      employee: "Amira",
      items: [
        { what: "Train to Vienna", cents: 18_900 },
        { what: "Hotel", cents: 12_000 },
      ],
    },
    "import-customers": {
      file: join(DATA_FOLDER, "customers.csv"),
      saveTo: join(outputFolder, "customers.json"),
    },
    backup: { from: DATA_FOLDER, to: join(outputFolder, "backup-by-hand"), pauseMs: 500 },
    delivery: { orderId: "1004", items: ["green tea", "cup", "pot"] },
    "supplier-prices": { supplier: "Hill Garden" },
  };
}
