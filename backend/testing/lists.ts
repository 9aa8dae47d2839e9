/** How long lists of runs take to be answered over HTTP, out of many. */
import { createApi } from "../api.ts";
import { openLocal } from "../databases/local.ts";
import { ExecutionEngine } from "../engine.ts";
import { WorkflowStorage } from "../storage.ts";
import { closing } from "./closing.ts";
import { manyRuns } from "./many-runs.ts";

/** A list, and the milliseconds that half of its answers took no longer than. */
export interface ListTime {
  readonly list: string;
  readonly medianMs: number;
}

const LISTS = [
  "/runs",
  "/runs?workflow=flow-3",
  "/runs?status=failed",
  "/runs?status=failed,waiting,running",
  "/runs?workflow=flow-3&status=failed",
  "/runs?tag=rare",
  "/runs?tag=common&status=blocked",
  "/runs?text=run-00000042",
  "/runs?text=nothing+like+this",
];
const ROUNDS = 21;
const TOKEN = "for-this-measurement";

/** Asks for pages of 50 of so many runs in a new file. */
export async function measureLists(path: string, runs: number): Promise<ListTime[]> {
  using client = closing(await openLocal(path, { synchronous: "NORMAL" }));
  const storage = new WorkflowStorage({ client });
  await storage.init();
  await manyRuns(client, runs);
  const api = createApi({ engine: new ExecutionEngine(storage), token: TOKEN });
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const times: ListTime[] = [];
  for (const list of LISTS) {
    const url = `${list}${list.includes("?") ? "&" : "?"}limit=50`;
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begunAt = performance.now();
      await (await api.request(url, { headers })).text();
      taken.push(performance.now() - begunAt);
    }
    const medianMs = taken.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
    times.push({ list, medianMs });
  }
  return times;
}
