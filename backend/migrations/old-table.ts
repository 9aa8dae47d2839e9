import { rowsOf, type SqlClient, textOf } from "../sql.ts";
import { OLD_COLUMNS } from "./import-sql.ts";

/** What stands under the old table's name. */
export type OldTable =
  | { readonly kind: "absent" }
  /** Something else has the name; `reason` says what. */
  | { readonly kind: "unrelated"; readonly reason: string }
  | { readonly kind: "found"; readonly furtherColumns: readonly string[] };

const FIND = `SELECT m.type, p.name AS column_name
  FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) p
  WHERE lower(m.name) = 'workflow_runs' AND m.type IN ('table', 'view')`;

/** Looks whether `workflow_runs` is there and is the first version's. */
export async function findOldTable(client: SqlClient): Promise<OldTable> {
  const rows = rowsOf(await client.execute({ sql: FIND, args: [] }));
  const [first] = rows;
  if (first === undefined) return { kind: "absent" };
  if (textOf(first, "type") === "view") return { kind: "unrelated", reason: "it is a view" };
  const columns = rows.map((row) => textOf(row, "column_name")?.toLowerCase() ?? "");
  const missing = OLD_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    return { kind: "unrelated", reason: `it has no ${missing.join(", ")}` };
  }
  const furtherColumns = columns.filter((column) => !OLD_COLUMNS.includes(column));
  return { kind: "found", furtherColumns };
}
