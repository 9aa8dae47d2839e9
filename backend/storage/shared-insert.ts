import type { SqlArgument, Statement } from "../sql.ts";

/**
 * The statement that stores so many rows, one for each of as many runs; their values follow one
 * another. What many runs write at once shares a transaction, and what is written by one such
 * statement takes two thirds of the time that it takes by many.
 */
export type SharedInsert = (rows: number) => string;

/** A statement that stores one row, and says how it is stored together with those of other runs. */
export interface RowStatement extends Statement {
  readonly insert: SharedInsert;
}

/** Of rows of up to thirty values so many take fewer than the 999 that every database takes. */
const MAX_ROWS = 32;

/** Stores one row. */
export function rowStatement(insert: SharedInsert, args: SqlArgument[]): RowStatement {
  return { sql: insert(1), args, insert };
}

/** What a statement can be put together by; `undefined` for one that stands for itself. */
export function insertOf(statement: Statement | undefined): SharedInsert | undefined {
  return statement !== undefined && "insert" in statement
    ? (statement as RowStatement).insert
    : undefined;
}

/**
 * A list of rows in parts, each for one statement. They are powers of two: so there are few texts to
 * prepare, however many rows there are.
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
