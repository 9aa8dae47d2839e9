/** The databases that courses are taken on, each opened once and emptied for every course. */

import { openLibsql } from "../../databases/libsql.ts";
import { openLocal } from "../../databases/local.ts";
import { fromValTown } from "../../databases/val-town.ts";
import { migrate } from "../../migrations.ts";
import type { SqlClient } from "../../sql.ts";
import { startSqld } from "../sqld.ts";
import { valTownStandIn } from "../val-town-stand-in.ts";
import { World } from "../world.ts";
import type { Stage } from "./course.ts";
import { startTearingProxy, tearingSqlite } from "./tearing.ts";

/** A stage that holds on to something until it is closed. */
export interface OpenStage extends Stage, AsyncDisposable {}

const TABLES = [
  "wrkflw_event_waits",
  "wrkflw_events",
  "wrkflw_steps",
  "wrkflw_workflow_runs",
] as const;

function stageOn(
  client: SqlClient,
  close: () => Promise<void> | void,
  tearNext?: () => void,
): OpenStage {
  const empty = TABLES.map((table) => ({ sql: `DELETE FROM ${table}`, args: [] }));
  return {
    async world(seed) {
      await client.batch(empty, "write");
      return World.over(client, seed);
    },
    ...(tearNext === undefined ? {} : { tearNext }),
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}

/** A file, through `node:sqlite`. */
export async function localFileStage(): Promise<OpenStage> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-faults-" });
  // A loss of power is not what is tried here.
  const client = await openLocal(`${directory}/faults.db`, { synchronous: "NORMAL" });
  await migrate(client);
  return stageOn(client, async () => {
    client.close();
    await Deno.remove(directory, { recursive: true });
  });
}

/** A real libSQL server, through `@libsql/client` and a proxy that tears answers. */
export async function libsqlStage(): Promise<OpenStage> {
  const server = await startSqld();
  const proxy = startTearingProxy(server.url);
  const client = await openLibsql(proxy.url);
  await migrate(client);
  return stageOn(
    client,
    async () => {
      client.close();
      await proxy.stop();
      await server.stop();
    },
    proxy.tearNext,
  );
}

/** What stands in for Val Town's `sqlite`, through its adapter. */
export async function valTownStage(): Promise<OpenStage> {
  const database = await openLocal(":memory:");
  const torn = tearingSqlite(valTownStandIn(database, "arrays"));
  const client = fromValTown(torn.sqlite);
  await migrate(client);
  return stageOn(client, () => database.close(), torn.tearNext);
}
