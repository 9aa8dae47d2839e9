import { stringsOf } from "../records.ts";
import type { Statement } from "../sql.ts";

/** A run that was stored in the same batch. */
interface StoredRun {
  readonly runId: string;
  readonly tags: string | null;
  readonly writeId: string;
}

/** The tags of a new run stand in an index of their own, beside the time by which lists are ordered. */
export function tagStatements({ runId, tags, writeId }: StoredRun): Statement[] {
  // The engine lets no other tags in; these could not be looked for.
  const words = stringsOf(tags).filter((tag) => tag.isWellFormed() && !tag.includes("\0"));
  if (words.length === 0) return [];
  return [
    {
      sql: `INSERT INTO wrkflw_run_tags (tag, created_at, run_id)
            SELECT words.tag, runs.created_at, runs.run_id
            FROM (${words.map(() => "SELECT ? AS tag").join(" UNION ALL ")}) AS words
            CROSS JOIN wrkflw_workflow_runs AS runs
            WHERE runs.run_id = ? AND runs.write_id = ?
            ON CONFLICT DO NOTHING`,
      args: [...words, runId, writeId],
    },
  ];
}
