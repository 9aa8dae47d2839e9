import type { ResultSet, SqlArgument, Statement } from "../sql.ts";
import { inParts, insertOf } from "./shared-insert.ts";

/** Statements that are applied together. */
type Group = readonly Statement[];

/** The statement that stores the first row of a group. */
interface SharedRow {
  readonly at: number;
  /** How many rows it stores, of as many groups. */
  readonly rows: number;
}

/** Where the answers for a group are. */
interface Share {
  readonly row: SharedRow | undefined;
  readonly from: number;
  readonly to: number;
}

/**
 * What goes to the database at once for several groups. Neighbours that begin with a row have these
 * rows stored together, before all else of theirs: they are births and commits, of which each speaks
 * of its own run only. Whatever else is written keeps its place before or behind them.
 */
export class Batch {
  readonly statements: Statement[] = [];
  readonly #shares: Share[] = [];

  constructor(groups: readonly Group[]) {
    for (const neighbours of neighboursIn(groups)) this.#add(neighbours);
  }

  /** What each group is answered: one result a statement. */
  answersOf(results: readonly ResultSet[]): readonly ResultSet[][] {
    return this.#shares.map(({ row, from, to }) => {
      const own = results.slice(from, to);
      return row === undefined ? own : [answerOf(results[row.at], row.rows), ...own];
    });
  }

  #add(neighbours: readonly Group[]): void {
    const rows = this.#addRows(neighbours);
    for (const group of neighbours) {
      const row = rows.get(group);
      const from = this.statements.length;
      this.statements.push(...(row === undefined ? group : group.slice(1)));
      this.#shares.push({ row, from, to: this.statements.length });
    }
  }

  #addRows(neighbours: readonly Group[]): ReadonlyMap<Group, SharedRow> {
    const shared = new Map<Group, SharedRow>();
    for (const [insert, groups] of Map.groupBy(neighbours, ([first]) => insertOf(first))) {
      if (insert === undefined) continue;
      for (const part of inParts(groups)) {
        const row = { at: this.statements.length, rows: part.length };
        const args: SqlArgument[] = [];
        for (const [first] of part) args.push(...(first?.args ?? []));
        this.statements.push({ sql: insert(part.length), args });
        for (const group of part) shared.set(group, row);
      }
    }
    return shared;
  }
}

/** Groups that begin with a row and follow one another; each other one by itself. */
function neighboursIn(groups: readonly Group[]): Group[][] {
  const all: Group[][] = [];
  let joins = false;
  for (const group of groups) {
    const hasRow = insertOf(group[0]) !== undefined;
    if (joins && hasRow) all.at(-1)?.push(group);
    else all.push([group]);
    joins = hasRow;
  }
  return all;
}

/** That a row was written is told where all that share its statement were; else it has to be asked for. */
function answerOf(result: ResultSet | undefined, rows: number): ResultSet {
  return result?.rowsAffected === rows ? WRITTEN : UNTOLD;
}

const WRITTEN: ResultSet = { columns: [], rows: [], rowsAffected: 1 };
const UNTOLD: ResultSet = { columns: [], rows: [] };
