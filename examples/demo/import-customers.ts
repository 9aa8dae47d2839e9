/** Imports a file of customers: all of it, or nothing and a list of what is wrong with it. */
import { basename, dirname } from "node:path";
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { parseCsv } from "./csv.ts";

const Request = z.object({ file: z.string(), saveTo: z.string() });
const Row = z.object({ line: z.int(), fields: z.record(z.string(), z.string()) });
const Customer = z.object({
  name: z.string().min(1, "expected a name"),
  email: z.email("expected an address such as mei@example.com"),
  country: z.string().length(2, "expected a country code such as JP"),
  since: z.iso.date("expected a date such as 2024-12-31"),
});

const readRows = createStep({
  id: "read-rows",
  description: "Reads the file's rows as they are",
  inputSchema: Request,
  outputSchema: z.array(Row),
  execute: async ({ inputData: { file } }) =>
    parseCsv(await Deno.readTextFile(file), basename(file)),
});

const checkRows = createStep({
  id: "check-rows",
  description: "Accepts the rows only when every one of them is right",
  inputSchema: z.array(Row),
  outputSchema: z.array(Customer),
  execute: ({ inputData: rows, getInitData, log }) => {
    const { file } = getInitData<z.infer<typeof Request>>();
    const checked = rows.map((row) => ({ ...row, result: Customer.safeParse(row.fields) }));
    const faults = checked.flatMap(({ line, fields, result }) =>
      (result.error?.issues ?? []).map(({ path, message }) => {
        const column = path.join(".");
        return `line ${line} has ${column} "${fields[column]}", ${message}`;
      }),
    );
    if (faults.length > 0) {
      throw new Error(
        `Cannot import "${basename(file)}": ${faults.join("; ")}. Nothing was imported: mend the file and import it again`,
      );
    }
    log.info(`All ${rows.length} rows are right`);
    return checked.flatMap(({ result }) => (result.success ? [result.data] : []));
  },
});

const save = createStep({
  id: "save",
  description: "Saves the customers as JSON",
  inputSchema: z.array(Customer),
  outputSchema: z.object({ imported: z.int(), path: z.string() }),
  execute: async ({ inputData: customers, getInitData }) => {
    const { saveTo } = getInitData<z.infer<typeof Request>>();
    await Deno.mkdir(dirname(saveTo), { recursive: true });
    await Deno.writeTextFile(saveTo, `${JSON.stringify(customers, null, 2)}\n`);
    return { imported: customers.length, path: saveTo };
  },
});

/** Reads a CSV file of customers, checks every row and saves them to `saveTo`. */
export const importCustomers = createWorkflow({
  id: "import-customers",
  description: "Imports a file of customers, whole or not at all",
  inputSchema: Request,
  outputSchema: z.object({ imported: z.int(), path: z.string() }),
})
  .then(readRows)
  .then(checkRows)
  .then(save)
  .commit();
