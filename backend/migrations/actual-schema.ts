import { numberOf, type Row, rowsOf, type SqlClient, textOf } from "../sql.ts";
import type { Column } from "./column.ts";

/** A table that is there. */
export interface ActualTable {
  readonly type: string;
  readonly columns: ReadonlyMap<string, Column>;
}

/** What a database has of wrkflw's tables and indexes. */
export interface ActualSchema {
  readonly tables: ReadonlyMap<string, ActualTable>;
  /** The SQL of each index, by name. */
  readonly indexes: ReadonlyMap<string, string>;
}

const OBJECTS = `SELECT type, name, sql FROM sqlite_master
  WHERE name LIKE 'wrkflw\\_%' ESCAPE '\\' OR name LIKE 'idx\\_wrkflw\\_%' ESCAPE '\\'`;

const COLUMNS = `SELECT m.name AS table_name, p.name, p.type, p."notnull" AS not_null,
    p.dflt_value, p.pk
  FROM sqlite_master m JOIN pragma_table_info(m.name) p
  WHERE m.type = 'table' AND m.name LIKE 'wrkflw\\_%' ESCAPE '\\'`;

/** Reads the catalogue, in two queries. */
export async function readSchema(client: SqlClient): Promise<ActualSchema> {
  const objects = rowsOf(await client.execute({ sql: OBJECTS, args: [] }));
  const columns = rowsOf(await client.execute({ sql: COLUMNS, args: [] }));
  const tables = objects.filter((row) => row.type === "table" || row.type === "view");
  const indexes = objects.filter((row) => row.type === "index");
  return {
    tables: new Map(tables.map((row) => [nameOf(row), tableOf(row, columns)])),
    indexes: new Map(indexes.map((row) => [nameOf(row), textOf(row, "sql") ?? ""])),
  };
}

function tableOf(row: Row, columns: readonly Row[]): ActualTable {
  const own = columns.filter((column) => textOf(column, "table_name") === textOf(row, "name"));
  return {
    type: textOf(row, "type") ?? "",
    columns: new Map(own.map((column) => [nameOf(column), columnOf(column)])),
  };
}

function columnOf(row: Row): Column {
  return {
    name: nameOf(row),
    type: textOf(row, "type") ?? "",
    isNullable: numberOf(row, "not_null") === 0,
    defaultSql: textOf(row, "dflt_value"),
    keyPosition: numberOf(row, "pk") ?? 0,
  };
}

/** SQLite's names know no case. */
function nameOf(row: Row): string {
  return textOf(row, "name")?.toLowerCase() ?? "";
}
