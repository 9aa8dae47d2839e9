/** The databases that courses are taken on, each migrated once and emptied for every course. */

import { openLibsql } from "../../databases/libsql.ts";
import { openLocal } from "../../databases/local.ts";
import { fromValTown } from "../../databases/val-town.ts";
import { migrate } from "../../migrations.ts";
import { rowsOf, type SqlClient, type Statement } from "../../sql.ts";
import type { TearNext } from "../faulty-client.ts";
import { startSqld } from "../sqld.ts";
import { valTownStandIn } from "../val-town-stand-in.ts";
import { overWire, World } from "../world.ts";
import type { Build } from "./process.ts";
import { startTearingProxy, tearingSqlite, tornByProxy } from "./tearing.ts";

/** Where a course takes place. */
export interface Stage {
  /** A world with an empty database. */
  world(seed: number): Promise<World>;
  readonly tearNext?: TearNext;
  readonly build?: Build;
}

/** A stage that holds on to something until it is closed. */
export interface OpenStage extends Stage, AsyncDisposable {}

/** A migrated database, and how it is emptied. */
interface Ground {
  readonly client: SqlClient;
  readonly emptying: Statement[];
}

const TABLES = `SELECT name FROM sqlite_master
  WHERE type = 'table' AND name GLOB 'wrkflw_*' AND name <> 'wrkflw_migrations'`;

async function prepared(client: SqlClient): Promise<Ground> {
  await migrate(client);
  const tables = rowsOf(await client.execute({ sql: TABLES, args: [] }));
  return { client, emptying: tables.map(({ name }) => ({ sql: `DELETE FROM ${name}`, args: [] })) };
}

async function emptied({ client, emptying }: Ground): Promise<SqlClient> {
  await client.batch([...emptying], "write");
  return client;
}

/** What no course uses at the moment. */
const idle: Ground[] = [];

/** In memory, but asked as over a wire: an answer may never come. */
export const IN_MEMORY: Stage = {
  async world(seed) {
    const ground = idle.pop() ?? (await prepared(overWire(await openLocal(":memory:"))));
    return World.over(await emptied(ground), seed, () => idle.push(ground));
  },
};

function stageOn(
  ground: Ground,
  close: () => Promise<void> | void,
  tearNext?: TearNext,
): OpenStage {
  return {
    world: async (seed) => World.over(await emptied(ground), seed),
    ...(tearNext === undefined ? {} : { tearNext }),
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}

/** A file, through `node:sqlite`, which always answers. */
export async function localFileStage(): Promise<OpenStage> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-faults-" });
  const client = await openLocal(`${directory}/faults.db`);
  // A loss of power is not what is tried here, and waiting for the disk takes most of the time.
  await client.execute({ sql: "PRAGMA synchronous = OFF", args: [] });
  return stageOn(await prepared(client), async () => {
    client.close();
    await Deno.remove(directory, { recursive: true });
  });
}

/** A real libSQL server, through `@libsql/client`; a proxy tears answers. */
export async function libsqlStage(): Promise<OpenStage> {
  const server = await startSqld();
  const proxy = startTearingProxy(server.url);
  const direct = await openLibsql(server.url);
  const torn = await openLibsql(proxy.url);
  const { client, tearNext } = tornByProxy(direct, torn, proxy.tearNext);
  const close = async () => {
    direct.close();
    torn.close();
    await proxy.stop();
    await server.stop();
  };
  return stageOn(await prepared(client), close, tearNext);
}

/** What stands in for Val Town's `sqlite`, through its adapter. */
export async function valTownStage(): Promise<OpenStage> {
  const database = await openLocal(":memory:");
  const torn = tearingSqlite(valTownStandIn(database, "arrays"));
  const ground = await prepared(fromValTown(torn.sqlite));
  return stageOn(ground, () => database.close(), torn.tearNext);
}
