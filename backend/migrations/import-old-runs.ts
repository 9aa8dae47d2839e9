import { numberOf, type ResultSet, rowsOf, type SqlClient, textOf } from "../sql.ts";
import { assertPageRows } from "./assert-page-rows.ts";
import {
  copyRuns,
  keepRepaired,
  type Range,
  rememberRuns,
  setAsideUnnamed,
  TALLY_UNNAMED,
  tallyRange,
} from "./import-sql.ts";
import { findOldTable, type OldTable } from "./old-table.ts";
import { persist, type Waiting } from "./persist.ts";

/** What one import did. */
export interface ImportReport {
  readonly oldTable: OldTable;
  /** Runs that this import added to the new table. */
  readonly inserted: number;
  /** How many of them had a value that had to be replaced. */
  readonly repaired: number;
}

/** How an import goes about it. */
interface ImportOptions {
  readonly pageRows?: number;
  readonly onProgress?: (imported: number) => void;
}

/** Few enough for a hosted database's time limit, enough for a million rows. */
const MAX_PAGE_ROWS = 5_000;
/** Rows may be large: a page that fails is tried in smaller ones down to this. */
const MIN_PAGE_ROWS = 50;
const NEXT_PAGE: Range = "after ? up to the run id that follows ? by ?";
const PAGE: Range = "after ? up to ?";

interface Page {
  /** The last run id of the page; `null` when nothing is left to import. */
  readonly end: string | null;
  readonly pending: number;
  readonly inserted: number;
  readonly repaired: number;
}

const NO_PAGE: Page = { end: null, pending: 0, inserted: 0, repaired: 0 };

/**
 * Copies what is new in the old table, in pages, each one batch. What was copied is remembered
 * in the same batch, so a killed import goes on and a second one does no harm.
 *
 * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE` when a page fails time after time, or
 * `INVALID_ARGUMENT` when a page would hold no row.
 */
export async function importOldRuns(
  client: SqlClient,
  waiting: Waiting,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { pageRows: maxPageRows = MAX_PAGE_ROWS, onProgress } = options;
  assertPageRows(maxPageRows);
  const oldTable = await findOldTable(client);
  if (oldTable.kind !== "found") return { oldTable, inserted: 0, repaired: 0 };
  await keepUnnamed(client, waiting);
  let inserted = 0;
  let repaired = 0;
  let pageRows = maxPageRows;
  for (let after = ""; ; ) {
    const page = await nextPage(client, after, pageRows, waiting);
    if (page.end === null) return { oldTable, inserted, repaired };
    try {
      const done = await importPage(client, after, page, waiting);
      inserted += done.inserted;
      repaired += done.repaired;
      after = page.end;
      onProgress?.(inserted);
    } catch (error) {
      if (pageRows <= MIN_PAGE_ROWS) throw error;
      pageRows = Math.ceil(pageRows / 10);
    }
  }
}

function nextPage(
  client: SqlClient,
  after: string,
  pageRows: number,
  waiting: Waiting,
): Promise<Page> {
  const next = { sql: tallyRange(NEXT_PAGE), args: [after, after, pageRows] };
  return persist(waiting, {
    action: "read workflow_runs",
    attempt: async () => pageOf(await client.execute(next)),
    settled: () => nothingWhenDropped(client),
  });
}

/** After a lost answer the tally made before the page is the one to report. */
function importPage(client: SqlClient, after: string, page: Page, waiting: Waiting): Promise<Page> {
  const args = [after, page.end];
  const tally = { sql: tallyRange(PAGE), args };
  return persist(waiting, {
    action: "import runs from workflow_runs",
    async attempt() {
      const changes = [keepRepaired(PAGE), copyRuns(PAGE), rememberRuns(PAGE)];
      const batch = [tally, ...changes.map((sql) => ({ sql, args }))];
      const [counted] = await client.batch(batch, "write");
      return pageOf(counted);
    },
    async settled() {
      const nothing = await nothingWhenDropped(client);
      if (nothing !== undefined) return nothing;
      return pageOf(await client.execute(tally)).pending === 0 ? page : undefined;
    },
  });
}

async function keepUnnamed(client: SqlClient, waiting: Waiting): Promise<void> {
  const keep = { sql: `${setAsideUnnamed()} LIMIT ${MAX_PAGE_ROWS}`, args: [] };
  const count = { sql: TALLY_UNNAMED, args: [] };
  const settled = () => nothingWhenDropped(client);
  let left = await persist(waiting, {
    action: "read workflow_runs",
    attempt: async () => pageOf(await client.execute(count)),
    settled,
  });
  while (left.pending > 0) {
    left = await persist(waiting, {
      action: "set rows of workflow_runs aside that have no run id",
      attempt: async () => pageOf((await client.batch([keep, count], "write"))[1]),
      settled,
    });
  }
}

/** Whoever drops the old table has imported all of it before. */
async function nothingWhenDropped(client: SqlClient): Promise<Page | undefined> {
  return (await findOldTable(client)).kind === "absent" ? NO_PAGE : undefined;
}

function pageOf(result: ResultSet | undefined): Page {
  const [row] = rowsOf(result);
  if (row === undefined) throw new Error("The database answered a count without a row");
  return {
    end: textOf(row, "page_end"),
    pending: numberOf(row, "pending") ?? 0,
    inserted: numberOf(row, "inserted") ?? 0,
    repaired: numberOf(row, "repaired") ?? 0,
  };
}
