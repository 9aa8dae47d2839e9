/** Runs programs as Val Town does: without a configuration, and with its SQLite over the network. */
import { openLocal } from "../databases/local.ts";
import { copyDeployed } from "./deployed-files.ts";
import { valTownStandIn } from "./val-town-stand-in.ts";

/** The version of Deno on Val Town, and the one that wrkflw is developed with. */
export const DENO_VERSIONS = ["2.7.5", "2.9.6"] as const;
/** One of them. */
export type DenoVersion = (typeof DENO_VERSIONS)[number];

/** A copy of the deployed files, and a database that outlives the programs that run there. */
export class ValTownHost implements AsyncDisposable {
  readonly folder: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #close: () => void;

  private constructor(folder: string, server: Deno.HttpServer<Deno.NetAddr>, close: () => void) {
    this.folder = folder;
    this.#server = server;
    this.#close = close;
  }

  /** A new account, as it were. */
  static async start(): Promise<ValTownHost> {
    const folder = await Deno.makeTempDir({ prefix: "wrkflw-vals-" });
    await copyDeployed(folder);
    const database = await openLocal(":memory:");
    const sqlite = valTownStandIn(database, "arrays");
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const server = Deno.serve(options, async (request) => {
      const { pathname, origin } = new URL(request.url);
      if (pathname === "/sqlite.ts") return module(clientAt(origin));
      const given = await request.json();
      const answered = pathname === "/batch" ? sqlite.batch(given, "write") : sqlite.execute(given);
      return await answered.then(Response.json, refusal);
    });
    return new ValTownHost(folder, server, () => database.close());
  }

  /**
   * Runs a program in the folder, with the rights that Val Town gives and no others.
   *
   * @returns What it printed, as JSON.
   */
  async run(version: DenoVersion, program: string, args: readonly string[] = []): Promise<unknown> {
    const { port } = this.#server.addr;
    const standIn = `http://127.0.0.1:${port}/sqlite.ts`;
    const imports = { "https://esm.town/v/std/sqlite": standIn };
    await Deno.writeTextFile(`${this.folder}/imports.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${this.folder}/program.ts`, program);
    const flags = [
      "--no-config",
      "--no-lock",
      "--no-prompt",
      "--quiet",
      "--import-map=imports.json",
    ];
    const rights = ["--allow-net", "--allow-env", `--allow-import=127.0.0.1:${port}`];
    return await this.#deno(version, ["run", ...flags, ...rights, "program.ts", ...args]);
  }

  async #deno(version: DenoVersion, args: readonly string[]): Promise<unknown> {
    const [command, ...before] = commandOf(version);
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...before, ...args],
      cwd: this.folder,
      env: { valtown: "token", WRKFLW_TOKEN: "secret", WRKFLW_DATABASE_URL: "", NO_COLOR: "1" },
    }).output();
    const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (success) return JSON.parse(said ?? "null");
    throw new Error(`The program failed under Deno ${version}: ${complained}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.#close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function commandOf(version: DenoVersion): [command: string, ...args: string[]] {
  const isThis = Deno.version.deno === version;
  return isThis ? [Deno.execPath()] : ["npx", "--yes", `deno@${version}`];
}

/**
 * Whether every version is here or can be fetched. Where one cannot, tests of it are ignored; with
 * `WRKFLW_REQUIRE_ALL=1` they run nevertheless, and fail.
 */
export async function versionsAvailable(): Promise<boolean> {
  if (Deno.env.get("WRKFLW_REQUIRE_ALL") === "1") return true;
  for (const version of DENO_VERSIONS) {
    const [command, ...args] = commandOf(version);
    const asked = new Deno.Command(command, { args: [...args, "--version"], stderr: "null" });
    const isHere = await asked.output().then(
      ({ success }) => success,
      () => false,
    );
    if (!isHere) return false;
  }
  return true;
}

function module(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/typescript" } });
}

function clientAt(origin: string): string {
  return `
    async function ask(path, statements) {
      const response = await fetch("${origin}" + path, { method: "POST", body: JSON.stringify(statements) });
      const answer = await response.json();
      if (!response.ok) throw Object.assign(new Error(answer.message), { code: answer.code });
      return answer;
    }
    export const sqlite = {
      execute: (statement) => ask("/execute", statement),
      batch: (statements) => ask("/batch", statements),
    };`;
}

function refusal(error: { readonly message: string; readonly code?: string }): Response {
  return Response.json({ message: error.message, code: error.code }, { status: 500 });
}
