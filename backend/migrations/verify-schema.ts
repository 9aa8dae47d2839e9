import { connect } from "../databases/connect.ts";
import { WrkflwError } from "../errors.ts";
import type { SqlClient } from "../sql.ts";
import { type ActualSchema, type ActualTable, readSchema } from "./actual-schema.ts";
import { type Column, differenceOf, isAddable, parseColumn } from "./column.ts";
import { recordVersion } from "./migrate.ts";
import { MIGRATIONS } from "./migration-list.ts";
import { rebuildTable } from "./rebuild-table.ts";
import {
  addColumn,
  createIndex,
  createTable,
  INDEXES,
  OPTIONAL_INDEXES,
  TABLES,
  type Table,
} from "./tables.ts";
import { readVersions } from "./versions.ts";

/** One thing about the schema that is not as it should be. */
export interface SchemaProblem {
  /** The table, the column (`table.column`) or the index. */
  readonly object: string;
  /** What is wrong with it. */
  readonly problem: string;
  /** The SQL that mends it; several statements are separated by `;`. */
  readonly fix: string;
}

/** What {@linkcode verifySchema} found. */
export interface SchemaReport {
  /** Whether nothing is wrong. */
  readonly ok: boolean;
  /** In the order in which they can be mended. */
  readonly problems: readonly SchemaProblem[];
}

/** How {@linkcode verifySchema} answers. */
export interface VerifySchemaOptions {
  /** Throws where there is a problem. Default: `false`. */
  readonly strict?: boolean;
}

/**
 * Compares a database with the newest schema. It only reads. Tables, columns and indexes that
 * are not wrkflw's do not matter to it.
 *
 * @param client The database. Default: the one that `new WorkflowStorage()` would open.
 * @throws {WrkflwError} With code `SCHEMA_INVALID` when `strict` is set and there is a problem;
 * `SCHEMA_TOO_NEW` when a newer wrkflw has migrated the database.
 */
export async function verifySchema(
  client?: SqlClient,
  options: VerifySchemaOptions = {},
): Promise<SchemaReport> {
  const connected = await connect(client === undefined ? {} : { client });
  try {
    const problems = await findProblems(connected);
    if (options.strict === true && problems.length > 0) throw refusal(problems);
    return { ok: problems.length === 0, problems };
  } finally {
    connected.close();
  }
}

async function findProblems(client: SqlClient): Promise<SchemaProblem[]> {
  const versions = await readVersions(client);
  const actual = await readSchema(client);
  return [
    ...TABLES.flatMap((table) => tableProblems(table, actual)),
    ...indexProblems(actual),
    ...versionProblems(versions),
  ];
}

function tableProblems(table: Table, actual: ActualSchema): SchemaProblem[] {
  const found = actual.tables.get(table.name);
  if (found === undefined) {
    return [{ object: table.name, problem: "The table is missing", fix: createTable(table) }];
  }
  if (found.type === "view") {
    const fix = `DROP VIEW ${table.name};\n${createTable(table)}`;
    return [{ object: table.name, problem: "It is a view instead of a table", fix }];
  }
  const declared = table.columns.map((text) => parseColumn(text, table.primaryKey));
  const missing = declared.filter(({ name }) => !found.columns.has(name));
  const oddities = [
    ...missing.filter((column) => !isAddable(column)).map(({ name }) => `${name} is missing`),
    ...differences(found, declared),
  ];
  return [
    ...missing.filter(isAddable).map((column) => missingColumn(table, column)),
    ...(oddities.length === 0 ? [] : [oddTable(table, found, oddities)]),
  ];
}

function differences(found: ActualTable, declared: readonly Column[]): string[] {
  const own = declared.flatMap((column) => {
    const actual = found.columns.get(column.name);
    const difference = actual === undefined ? null : differenceOf(actual, column);
    return difference === null ? [] : [difference];
  });
  const names = declared.map(({ name }) => name);
  const unfilled = [...found.columns.values()].filter(
    (column) => !names.includes(column.name) && !column.isNullable && column.defaultSql === null,
  );
  return [...own, ...unfilled.map(({ name }) => `${name} is not wrkflw's and must not be NULL`)];
}

function missingColumn(table: Table, { name }: Column): SchemaProblem {
  const declaration = table.columns.find((text) => text.startsWith(`${name} `)) ?? name;
  return {
    object: `${table.name}.${name}`,
    problem: "The column is missing",
    fix: addColumn(table, declaration),
  };
}

function oddTable(table: Table, found: ActualTable, oddities: readonly string[]): SchemaProblem {
  return {
    object: table.name,
    problem: `Its columns are not as they should be: ${oddities.join("; ")}`,
    fix: rebuildTable(table, found),
  };
}

function indexProblems(actual: ActualSchema): SchemaProblem[] {
  return [...INDEXES, ...OPTIONAL_INDEXES].flatMap((index) => {
    const sql = actual.indexes.get(index.name);
    const wanted = createIndex(index);
    if (sql === undefined) {
      if (OPTIONAL_INDEXES.includes(index)) return [];
      return [{ object: index.name, problem: "The index is missing", fix: wanted }];
    }
    if (normalized(sql) === normalized(wanted)) return [];
    const problem = `The index is another one: ${sql.replaceAll(/\s+/g, " ")}`;
    return [{ object: index.name, problem, fix: `DROP INDEX ${index.name};\n${wanted}` }];
  });
}

/** The import of old runs is no part of the schema: `init()` does it when it is due. */
function versionProblems(versions: ReadonlySet<number>): SchemaProblem[] {
  return MIGRATIONS.filter(
    ({ version, importsOldRuns }) => !versions.has(version) && importsOldRuns !== true,
  ).map((migration) => ({
    object: "wrkflw_migrations",
    problem: `Migration ${migration.version} "${migration.name}" is not recorded`,
    fix: recordVersion(migration),
  }));
}

function normalized(sql: string): string {
  return sql
    .toLowerCase()
    .replace("if not exists", "")
    .replaceAll(/[\s"`[\]]/g, "");
}

function refusal(problems: readonly SchemaProblem[]): WrkflwError {
  const list = problems.map(({ object, problem }) => `${object}: ${problem}`).join("; ");
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new WrkflwError(
    "SCHEMA_INVALID",
    `Cannot rely on the database's schema, it has ${count}: ${list}; run the SQL in the fixes that verifySchema() lists`,
  );
}
