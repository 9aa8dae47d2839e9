import type { ResultSet, SqlArgument, Statement } from "../sql.ts";
import { inParts, rowOf } from "./shared-insert.ts";

/** Statements that are applied together. */
type Group = readonly Statement[];

/** A statement that stores the rows of several groups. */
interface SharedStatement {
  readonly at: number;
  readonly rows: number;
}

/** Where the answers for a group are. */
interface Share {
  /** What stores the row that it begins with. */
  readonly shared: SharedStatement | undefined;
  /** All else. */
  readonly from: number;
  readonly to: number;
}

/**
 * What goes to the database at once for several groups. Neighbours that begin with a row have these
 * rows stored together, before all else of theirs. They are births and commits, each of another run,
 * so that it makes no difference which comes first. Whatever else is written keeps its place in the batch.
 */
export class Batch {
  readonly statements: Statement[] = [];
  readonly #shares: Share[] = [];

  constructor(groups: readonly Group[]) {
    for (const neighbours of neighboursIn(groups)) this.#add(neighbours);
  }

  /** What each group is answered: one result a statement. */
  answersOf(results: readonly ResultSet[]): readonly ResultSet[][] {
    return this.#shares.map(({ shared, from, to }) => {
      const own = results.slice(from, to);
      return shared === undefined ? own : [answerOf(results[shared.at], shared.rows), ...own];
    });
  }

  #add(neighbours: readonly Group[]): void {
    const shared = this.#addRows(neighbours);
    for (const [index, group] of neighbours.entries()) {
      const from = this.statements.length;
      this.statements.push(...(shared[index] === undefined ? group : group.slice(1)));
      this.#shares.push({ shared: shared[index], from, to: this.statements.length });
    }
  }

  /** What stores the row of each of them, where it has one. */
  #addRows(neighbours: readonly Group[]): readonly SharedStatement[] {
    const shared: SharedStatement[] = [];
    const byInsert = Map.groupBy(
      neighbours.keys(),
      (index) => rowOf(neighbours[index] ?? [])?.insert,
    );
    for (const [insert, indexes] of byInsert) {
      if (insert === undefined) continue;
      for (const part of inParts(indexes)) {
        const statement = { at: this.statements.length, rows: part.length };
        const args: SqlArgument[] = [];
        for (const index of part) {
          args.push(...(neighbours[index]?.[0]?.args ?? []));
          shared[index] = statement;
        }
        this.statements.push({ sql: insert(part.length), args });
      }
    }
    return shared;
  }
}

/** Groups that begin with rows of different runs and follow one another; each other one by itself. */
function neighboursIn(groups: readonly Group[]): Group[][] {
  const all: Group[][] = [];
  const runs = new Set<string>();
  for (const group of groups) {
    const row = rowOf(group);
    const joins = row !== undefined && runs.size > 0 && !runs.has(row.runId);
    if (joins) all.at(-1)?.push(group);
    else {
      all.push([group]);
      runs.clear();
    }
    if (row !== undefined) runs.add(row.runId);
  }
  return all;
}

/** That a row was written is told where all that share its statement were; else it has to be asked for. */
function answerOf(result: ResultSet | undefined, rows: number): ResultSet {
  return result?.rowsAffected === rows ? WRITTEN : UNTOLD;
}

const WRITTEN: ResultSet = { columns: [], rows: [], rowsAffected: 1 };
const UNTOLD: ResultSet = { columns: [], rows: [] };
