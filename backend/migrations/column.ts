/** A column as SQLite reports it, or as `tables.ts` declares it. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** The default's SQL; `null` when there is none. */
  readonly defaultSql: string | null;
  /** Place in the primary key from 1; 0 outside of it. */
  readonly keyPosition: number;
}

/** Reads a declaration such as `epoch BIGINT NOT NULL DEFAULT 0`. */
export function parseColumn(declaration: string, primaryKey: readonly string[] = []): Column {
  const [name = "", type = ""] = declaration.split(" ");
  const isOnlyKey = declaration.includes("PRIMARY KEY");
  return {
    name,
    type,
    isNullable: !declaration.includes("NOT NULL"),
    defaultSql: / DEFAULT (.+)$/.exec(declaration)?.[1] ?? null,
    keyPosition: isOnlyKey ? 1 : primaryKey.indexOf(name) + 1,
  };
}

/** Says how a column differs from the declared one, in words; `null` when it does not. */
export function differenceOf(actual: Column, declared: Column): string | null {
  const name = declared.name;
  if (affinityOf(actual.type) !== affinityOf(declared.type)) {
    return `${name} has type ${actual.type === "" ? "none" : actual.type} instead of ${declared.type}`;
  }
  if (actual.keyPosition !== declared.keyPosition) {
    return `${name} is ${declared.keyPosition > 0 ? "not " : ""}in the primary key`;
  }
  if (declared.keyPosition === 0 && actual.isNullable !== declared.isNullable) {
    return `${name} ${actual.isNullable ? "may" : "must not"} be NULL`;
  }
  if (normalized(actual.defaultSql) !== normalized(declared.defaultSql)) {
    return `${name} has default ${actual.defaultSql ?? "NULL"} instead of ${declared.defaultSql ?? "NULL"}`;
  }
  return null;
}

/** Whether `ALTER TABLE` can add the column to a table with rows. */
export function isAddable(column: Column): boolean {
  const isFilled = column.isNullable || column.defaultSql !== null;
  return column.keyPosition === 0 && isFilled && !(column.defaultSql ?? "").startsWith("(");
}

/** What stands in for NULL in a column that may not hold it. */
export function substituteFor(column: Column): string {
  return column.defaultSql ?? (affinityOf(column.type) === "TEXT" ? "''" : "0");
}

/** @see https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
function affinityOf(type: string): string {
  if (/INT/i.test(type)) return "INTEGER";
  if (/CHAR|CLOB|TEXT/i.test(type)) return "TEXT";
  return type.toUpperCase();
}

function normalized(sql: string | null): string {
  const text = (sql ?? "null").toLowerCase().replaceAll(/\s/g, "");
  return text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : text;
}
