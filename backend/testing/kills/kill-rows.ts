/** Where processes are killed: on a local file, and on a libSQL server that is killed as well. */
import { startSqld } from "../sqld.ts";
import { type KillResult, killProcesses } from "./kill-suite.ts";

/** Every so-many-th process stands still first. */
const STOP_EVERY = 10;
/** After so many processes the server is killed, too. */
const SERVER_KILL_EVERY = 25;

/** Kills so many processes that work on a local file. */
export async function killOnFile(kills: number, seed: number): Promise<KillResult> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-kills-" });
  try {
    const url = `file:${directory}/kills.db`;
    return await killProcesses({ url, seed, kills, stopEvery: STOP_EVERY });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Kills so many processes that work on a libSQL server, and now and then the server. */
export async function killOnServer(kills: number, seed: number): Promise<KillResult> {
  const process = await startSqld();
  try {
    const server = { process, killEvery: SERVER_KILL_EVERY };
    return await killProcesses({ url: process.url, seed, kills, stopEvery: STOP_EVERY, server });
  } finally {
    await process.stop();
  }
}
