import type { SqlArgument, Statement } from "../sql.ts";

/** The text of the statement that stores so many rows, each of another run; their values follow one another. */
export type SharedInsert = (rows: number) => string;

/** A statement that stores one row, and says how it is stored together with those of other runs. */
export interface RowStatement extends Statement {
  readonly insert: SharedInsert;
  readonly runId: string;
}

/** 32 rows of up to 30 values stay below the 999 values that every database takes. */
const MAX_ROWS = 32;

/** Stores a row of a run. */
export function rowStatement(
  insert: SharedInsert,
  runId: string,
  args: SqlArgument[],
): RowStatement {
  return { sql: insert(1), args, insert, runId };
}

/** The row that a group of statements begins with, if it does. */
export function rowOf([first]: readonly Statement[]): RowStatement | undefined {
  return first !== undefined && "insert" in first ? (first as RowStatement) : undefined;
}

/**
 * Rows in parts, each for one statement. They are powers of two: so there are few texts to prepare,
 * however many rows there are.
 */
export function inParts<Row>(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let from = 0; from < rows.length; ) {
    const count = Math.min(MAX_ROWS, 2 ** Math.floor(Math.log2(rows.length - from)));
    parts.push(rows.slice(from, from + count));
    from += count;
  }
  return parts;
}

/** Remembers the text for each number of rows: to join one takes as long as to run it. */
export function textPerCount(write: (rows: number) => string): (rows: number) => string {
  const texts = new Map<number, string>();
  return (rows) => {
    const known = texts.get(rows);
    if (known !== undefined) return known;
    const text = write(rows);
    texts.set(rows, text);
    return text;
  };
}

/** The same row of `?` so many times. */
export function times(rows: number, row: string): string {
  return Array.from({ length: rows }, () => row).join(", ");
}
