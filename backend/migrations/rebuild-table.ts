import type { ActualTable } from "./actual-schema.ts";
import { type Column, parseColumn, substituteFor } from "./column.ts";
import {
  createIndex,
  createTable,
  INDEXES,
  type Index,
  OPTIONAL_INDEXES,
  type Table,
} from "./tables.ts";

/**
 * The statements that make a table anew and copy its rows. The table as it was stays beside it
 * under another name, so that nothing is lost when a row cannot be copied.
 */
export function rebuildTable(table: Table, found: ActualTable): string {
  const before = formerName(table);
  const declared = table.columns.map((text) => parseColumn(text, table.primaryKey));
  const names = declared.map(({ name }) => name);
  const further = [...found.columns.values()].filter(({ name }) => !names.includes(name));
  const columns = [...declared.map((column) => column.name), ...further.map(quotedName)];
  const values = [
    ...declared.map((column) => copiedValue(column, table, found)),
    ...further.map(quotedName),
  ];
  const isOwn = ({ on }: Index) => on.startsWith(`${table.name} `);
  const indexes = INDEXES.filter(isOwn);
  // Those that are made where they are needed would stay with the table as it was.
  const former = [...indexes, ...OPTIONAL_INDEXES.filter(isOwn)];
  return [
    `ALTER TABLE ${table.name} RENAME TO ${before}`,
    ...former.map(({ name }) => `DROP INDEX IF EXISTS ${name}`),
    createTable({ ...table, columns: [...table.columns, ...further.map(declarationOf)] }),
    `INSERT INTO ${table.name} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM ${before}`,
    ...indexes.map(createIndex),
  ].join(";\n");
}

function copiedValue(column: Column, table: Table, found: ActualTable): string {
  const isFound = found.columns.has(column.name);
  const mayBeNull = column.isNullable && column.defaultSql === null;
  if (mayBeNull) return isFound ? column.name : "NULL";
  const substitute = substituteFor(column);
  return isFound
    ? `COALESCE(${column.name}, ${substitute})`
    : (derivedValue(column, table, found) ?? substitute);
}

function derivedValue(column: Column, table: Table, found: ActualTable): string | undefined {
  const value = table.derived?.[column.name];
  const isKnown = value?.needs.every((needed) => found.columns.has(needed)) === true;
  return isKnown ? value.sqlOn(formerName(table)) : undefined;
}

/** Under which the table as it was stays beside the new one. */
function formerName({ name }: Table): string {
  return `${name}_before`;
}

function declarationOf(column: Column): string {
  return `${quotedName(column)} ${column.type}`.trimEnd();
}

function quotedName({ name }: Column): string {
  return `"${name.replaceAll('"', '""')}"`;
}
