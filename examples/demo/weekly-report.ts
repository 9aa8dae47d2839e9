/** Turns a week of sales, a CSV file, into a Markdown report. */
import { join } from "node:path";
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { parseCsv } from "./csv.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import { euros, loadProducts } from "./products.ts";

const Request = z.object({
  week: z.string().regex(/^\d{4}-W\d{2}$/, "Expected a week such as 2026-W10"),
  reportsFolder: z.string(),
});
const Sale = z.object({
  day: z.iso.date(),
  sku: z.string(),
  quantity: z.coerce.number().int().positive(),
  priceCents: z.coerce.number().int().nonnegative(),
});
const Totals = z.object({
  totalCents: z.int(),
  bestDay: z.string(),
  products: z.array(z.object({ name: z.string(), quantity: z.int(), cents: z.int() })),
});

const readSales = createStep({
  id: "read-sales",
  description: "Reads and checks the week's CSV file",
  inputSchema: Request,
  outputSchema: z.array(Sale).min(1, "The week has no sales"),
  execute: async ({ inputData: { week }, log }) => {
    const fileName = `sales-${week}.csv`;
    const rows = parseCsv(await Deno.readTextFile(join(DATA_FOLDER, fileName)), fileName);
    log.info(`Read ${rows.length} sales`, { fileName });
    return rows.map(({ fields }) => Sale.parse(fields));
  },
});

const addUp = createStep({
  id: "add-up",
  description: "Adds the sales up by product and by day",
  inputSchema: z.array(Sale),
  outputSchema: Totals,
  execute: async ({ inputData: sales }) => {
    const catalog = await loadProducts();
    const byDay = Map.groupBy(sales, ({ day }) => day);
    const bySku = Map.groupBy(sales, ({ sku }) => sku);
    const products = [...bySku].map(([sku, sold]) => ({
      name: catalog.get(sku)?.name ?? sku,
      quantity: sold.reduce((sum, { quantity }) => sum + quantity, 0),
      cents: revenue(sold),
    }));
    products.sort((one, other) => other.cents - one.cents);
    const [best] = [...byDay].sort(([, one], [, other]) => revenue(other) - revenue(one));
    return { totalCents: revenue(sales), bestDay: best?.[0] ?? "", products };
  },
});

const writeReport = createStep({
  id: "write-report",
  description: "Writes the Markdown file",
  inputSchema: z.object({ path: z.string(), markdown: z.string() }),
  outputSchema: z.object({ path: z.string(), characters: z.int() }),
  execute: async ({ inputData: { path, markdown } }) => {
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, markdown);
    return { path, characters: markdown.length };
  },
});

function revenue(sales: readonly z.infer<typeof Sale>[]): number {
  return sales.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
}

function render(week: string, { totalCents, bestDay, products }: z.infer<typeof Totals>): string {
  const rows = products.map((sold) => `| ${sold.name} | ${sold.quantity} | ${euros(sold.cents)} |`);
  return `# Sales of ${week}

${euros(totalCents)} in all; the best day was ${bestDay}.

| product | sold | revenue |
| --- | ---: | ---: |
${rows.join("\n")}
`;
}

/** Reads the sales of a week, adds them up and writes the report into `reportsFolder`. */
export const weeklyReport = createWorkflow({
  id: "weekly-report",
  description: "A Markdown report of a week's sales",
  inputSchema: Request,
  outputSchema: z.object({ path: z.string(), characters: z.int() }),
})
  .then(readSales)
  .then(addUp)
  .map(({ inputData, getInitData }) => {
    const { week, reportsFolder } = getInitData();
    return { path: join(reportsFolder, `${week}.md`), markdown: render(week, inputData) };
  })
  .then(writeReport)
  .commit();
