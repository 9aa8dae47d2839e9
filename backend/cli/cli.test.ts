import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { ExecutionEngine } from "../engine.ts";
import { WorkflowStorage } from "../storage.ts";
import { mend, nap, order } from "../testing/cli-flows.ts";
import { createOldTable, insertOldRows } from "../testing/old-database.ts";
import { type ExitStatus, runCli } from "./run-cli.ts";

const FLOWS = new URL("../testing/cli-flows.ts", import.meta.url).pathname;

interface Ended {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
  readonly progress: readonly string[];
}

/** A database file, and the command line over it. */
class Shell implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.url = `file:${folder}/test.db`;
  }

  static async open(): Promise<Shell> {
    return new Shell(await Deno.makeTempDir({ prefix: "wrkflw-cli-" }));
  }

  async run(...args: readonly string[]): Promise<Ended> {
    const out: string[] = [];
    const err: string[] = [];
    const progress: string[] = [];
    const status = await runCli(["--database", this.url, ...args], {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      progress: (text) => progress.push(text),
    });
    return { status, out: out.join("\n"), err: err.join("\n"), progress };
  }

  /** What a command that ends well prints, as JSON. */
  async json(...args: readonly string[]): Promise<unknown> {
    const { status, out, err } = await this.run("--json", ...args);
    assertEquals([status, err], [0, ""]);
    return JSON.parse(out);
  }

  /** Another program that works on the same database. */
  async with<T>(use: (engine: ExecutionEngine) => Promise<T>): Promise<T> {
    const storage = new WorkflowStorage({ url: this.url });
    try {
      return await use(new ExecutionEngine(storage, { workflows: [order, nap] }));
    } finally {
      await storage.close();
    }
  }

  /** Stores a run that waits for a person, and one that is due. */
  async seed(): Promise<void> {
    await this.with(async (engine) => {
      await (await engine.createRun(order, "o1")).safeStart({ inputData: { total: 5 } });
      await (await engine.createRun(nap, "n1")).enqueue({ inputData: { total: 1 } });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("migrate makes the tables, imports old runs with progress, and drops on request", async () => {
  await using shell = await Shell.open();
  const client = await openLocal(`${shell.folder}/test.db`);
  await client.execute({ sql: createOldTable(), args: [] });
  await insertOldRows(client, [{ run_id: "a" }, { run_id: "b" }]);
  client.close();
  const first = await shell.run("migrate");
  assertEquals(first.status, 0);
  assertStringIncludes(first.out, "2");
  assertMatch(first.progress[0] ?? "", /^Imported 2 runs in \d+ s$/);
  const [dropped] = (await shell.json("migrate", "--drop")) as { rowCount: number }[];
  assertEquals(dropped?.rowCount, 0);
  assertStringIncludes((await shell.run("migrate")).out, "No migration needed");
});

Deno.test("migrate --sql prints the script and touches nothing", async () => {
  await using shell = await Shell.open();
  const kept = await shell.run("migrate", "--sql");
  const dropping = await shell.run("migrate", "--sql", "--drop");
  assertStringIncludes(kept.out, "CREATE TABLE IF NOT EXISTS wrkflw_workflow_runs");
  assert(dropping.out.length > kept.out.length);
  assertEquals((await Array.fromAsync(Deno.readDir(shell.folder))).length, 0);
});

Deno.test("verify says what is wrong and how to mend it, and with --strict ends with status 1", async () => {
  await using shell = await Shell.open();
  await shell.run("migrate");
  assertEquals((await shell.run("verify", "--strict")).out, "The schema is as it should be");
  const client = await openLocal(`${shell.folder}/test.db`);
  await client.execute({ sql: "DROP INDEX idx_wrkflw_workflow_runs_due", args: [] });
  client.close();
  const lax = await shell.run("verify");
  assertEquals(lax.status, 0);
  assertStringIncludes(lax.out, "CREATE INDEX IF NOT EXISTS idx_wrkflw_workflow_runs_due");
  const strict = await shell.run("--json", "verify", "--strict");
  assertEquals([strict.status, JSON.parse(strict.out).ok], [1, false]);
});

Deno.test("runs lists runs by workflow and status, a page at a time", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  const { out } = await shell.run("runs");
  assertMatch(out, /^RUN +WORKFLOW +STATUS +CREATED\n/);
  assertMatch(out, /^o1 +order +suspended +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/m);
  const idsOf = async (...args: string[]) =>
    ((await shell.json("runs", ...args)) as { runs: { runId: string }[] }).runs.map(
      ({ runId }) => runId,
    );
  assertEquals(await idsOf("--workflow", "nap"), ["n1"]);
  assertEquals(await idsOf("--status", "suspended"), ["o1"]);
  assertEquals(await idsOf("--status", "failed"), []);
  const page = await shell.run("runs", "--limit", "1");
  const [, cursor = ""] = /^More: --cursor (\S+)$/.exec(page.err) ?? [];
  assertEquals(await idsOf("--limit", "1", "--cursor", cursor), ["o1"]);
});

Deno.test("show and explain tell of a run", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  const shown = await shell.run("show", "o1");
  for (const line of [
    /^workflow +order$/m,
    /^input +\{"total":5\}$/m,
    /^ {2}approve +suspended$/m,
  ]) {
    assertMatch(shown.out, line);
  }
  const snapshot = (await shell.json("show", "o1")) as { status: string; inputData: unknown };
  assertEquals([snapshot.status, snapshot.inputData], ["suspended", { total: 5 }]);
  const sentence = 'Waits for somebody to resume "approve"';
  assertEquals((await shell.run("explain", "o1")).out, sentence);
  assertEquals(await shell.json("explain", "o1"), { runId: "o1", explanation: sentence });
});

Deno.test("resume, retry and cancel change a run, with the user's workflows", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  const flows = ["--workflows", FLOWS];
  const misfit = await shell.run(...flows, "resume", "o1", "--data", '{"approved":1}');
  assertEquals(misfit.status, 1);
  assertStringIncludes(misfit.err, "approved");
  const failed = await shell.run(
    ...flows,
    "resume",
    "o1",
    "--step",
    "approve",
    "--data",
    '{"approved":true}',
  );
  assertEquals([failed.status, failed.err], [1, "The run failed"]);
  // What an error says commands no terminal.
  assertStringIncludes(failed.out, "No ship today \\u001b[31m");
  mend();
  const retried = (await shell.json(...flows, "retry", "o1")) as Record<string, unknown>;
  assertEquals([retried.status, retried.output], ["success", { total: 5 }]);
  assertEquals((await shell.run(...flows, "retry", "o1")).status, 1);

  assertEquals((await shell.run("cancel", "n1")).out, "Canceled");
  assertStringIncludes((await shell.run("cancel", "n1")).out, "Nothing was changed");
  assertEquals(await shell.json("cancel", "n1"), {
    runId: "n1",
    status: "canceled",
    wasCanceled: false,
  });
});

Deno.test("tick drives what is due, with progress, and says when the next is", async () => {
  await using shell = await Shell.open();
  await shell.with(async (engine) => {
    for (let run = 0; run < 25; run++) {
      await (await engine.createRun(nap, `n${run}`)).enqueue({ inputData: { total: run } });
    }
  });
  const flows = ["--workflows", FLOWS];
  const limited = (await shell.json(...flows, "tick", "--limit", "3")) as { runs: unknown[] };
  assertEquals(limited.runs.length, 3);
  const ticked = await shell.run(...flows, "tick", "--budget", "60");
  assertEquals(ticked.status, 0);
  assertEquals(ticked.out.match(/ nap {2}success$/gm)?.length, 22);
  assertStringIncludes(ticked.out, "Took 22 runs; none is due by itself");
  assertEquals(ticked.progress, ["10 runs", "20 runs", "22 runs"]);
});

Deno.test("visualize draws a workflow, and a run", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  const flows = ["--workflows", FLOWS];
  const ascii = await shell.run(...flows, "visualize", "order");
  assertStringIncludes(ascii.out, "approve");
  assert(!ascii.out.includes("Asks a person"));
  const described = await shell.run(...flows, "visualize", "order", "--descriptions");
  assertStringIncludes(described.out, "Asks a person");
  const dot = await shell.run(...flows, "visualize", "o1", "--format", "dot");
  assertStringIncludes(dot.out, "digraph");
  // A run is drawn from its records where nobody has its workflow.
  assertStringIncludes((await shell.run("visualize", "o1")).out, "approve");
});

Deno.test("a module may export an engine, with a database of its own", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  const index = new URL("../index.ts", import.meta.url).href;
  const module = `${shell.folder}/engine.ts`;
  await Deno.writeTextFile(
    module,
    `import { ExecutionEngine, WorkflowStorage } from ${JSON.stringify(index)};
     import { nap } from ${JSON.stringify(FLOWS)};
     export default new ExecutionEngine(new WorkflowStorage({ url: ${JSON.stringify(shell.url)} }), { workflows: [nap] });`,
  );
  const out: string[] = [];
  const terminal = { out: (line: string) => out.push(line), err: () => {}, progress: () => {} };
  assertEquals(await runCli(["-w", module, "--json", "tick"], terminal), 0);
  assertEquals(
    JSON.parse(out[0] ?? "").runs.map(({ runId }: { runId: string }) => runId),
    ["n1"],
  );
});

Deno.test("tick says how many runs it deleted in all its rounds", async () => {
  await using shell = await Shell.open();
  await shell.with(async (engine) => {
    for (let run = 0; run < 11; run++) {
      await (await engine.createRun(nap)).enqueue({ inputData: { total: run } });
    }
  });
  const index = new URL("../index.ts", import.meta.url).href;
  const module = `${shell.folder}/engine.ts`;
  await Deno.writeTextFile(
    module,
    `import { ExecutionEngine, WorkflowStorage } from ${JSON.stringify(index)};
     import { nap } from ${JSON.stringify(FLOWS)};
     const storage = new WorkflowStorage({ url: ${JSON.stringify(shell.url)} });
     export default new ExecutionEngine(storage, { workflows: [nap], retention: { maxRuns: 0 } });`,
  );
  const out: string[] = [];
  const terminal = { out: (line: string) => out.push(line), err: () => {}, progress: () => {} };
  assertEquals(await runCli(["-w", module, "tick"], terminal), 0);
  assertEquals(out.at(-1), "Took 11 runs, deleted 11 runs; none is due by itself");
});

const MISUSES: readonly (readonly [args: readonly string[], says: string])[] = [
  [["shw"], "unknown command 'shw'"],
  [["show"], "missing required argument 'run'"],
  [["runs", "--limit", "0"], "It must be a whole number above 0."],
  [["runs", "--limit", "many"], "It must be a whole number above 0."],
  [["runs", "--status", "fine"], "It must be one of running, pending"],
  [["resume", "r", "--data", "{approved}"], "It must be JSON"],
  [["visualize", "order", "--format", "png"], "Allowed choices are mermaid, json, ascii, dot."],
  [["tick", "--fast"], "unknown option '--fast'"],
  [["show", "a", "b"], "too many arguments"],
];

const FAILURES: readonly (readonly [args: readonly string[], code: string, says: string])[] = [
  [["show", "nobody"], "RUN_NOT_FOUND", 'Cannot find run "nobody": it was never stored'],
  [["explain", "nobody"], "RUN_NOT_FOUND", 'Cannot find run "nobody"'],
  [["cancel", "nobody"], "RUN_NOT_FOUND", 'Cannot find run "nobody"'],
  [["resume", "nobody"], "RUN_NOT_FOUND", 'Cannot find run "nobody"'],
  [["retry", "nobody"], "RUN_NOT_FOUND", 'Cannot find run "nobody"'],
  [["visualize", "nobody"], "RUN_NOT_FOUND", "name the module that exports it with --workflows"],
  [
    ["retry", "o1"],
    "WORKFLOW_NOT_FOUND",
    'Cannot find workflow "order": name the module that exports it with --workflows',
  ],
  [["tick"], "INVALID_ARGUMENT", "name the module that exports the workflows with --workflows"],
  [["-w", "no-such-module.ts", "tick"], "INVALID_ARGUMENT", 'Cannot load "no-such-module.ts"'],
  [["-w", "backend/sql.ts", "tick"], "INVALID_ARGUMENT", "it exports no workflow and no engine"],
  [["--database", "mysql://x", "runs"], "INVALID_ARGUMENT", "Cannot use the database URL"],
];

Deno.test("a command that is called wrongly ends with status 2 and says what is wrong", async () => {
  await using shell = await Shell.open();
  for (const [args, says] of MISUSES) {
    const { status, out, err } = await shell.run(...args);
    assertEquals([status, out], [2, ""], args.join(" "));
    assertStringIncludes(err, says);
  }
});

Deno.test("a command that fails ends with status 1, and with --json says so as JSON", async () => {
  await using shell = await Shell.open();
  await shell.seed();
  for (const [args, code, says] of FAILURES) {
    const plain = await shell.run(...args);
    assertEquals([plain.status, plain.out], [1, ""], args.join(" "));
    assert(plain.err.startsWith("Error: "));
    assertStringIncludes(plain.err, says);
    const { status, err } = await shell.run("--json", ...args);
    assertEquals([status, JSON.parse(err).error.code], [1, code], args.join(" "));
  }
});

Deno.test("commands refuse a database file that is not there; migrate and tick make it", async () => {
  for (const args of [
    ["runs"],
    ["verify"],
    ["show", "a"],
    ["explain", "a"],
    ["cancel", "a"],
    ["resume", "a"],
    ["retry", "a"],
    ["visualize", "a"],
  ]) {
    await using shell = await Shell.open();
    const { status, out, err } = await shell.run(...args);
    assertEquals([status, out], [1, ""], args.join(" "));
    assertStringIncludes(err, `Cannot open "${shell.folder}/test.db": there is no such file`);
    assertEquals((await Array.fromAsync(Deno.readDir(shell.folder))).length, 0);
  }
  for (const args of [["migrate"], ["-w", FLOWS, "tick"]]) {
    await using shell = await Shell.open();
    assertEquals((await shell.run(...args)).status, 0);
    assertEquals((await shell.run("runs")).status, 0);
  }
});

Deno.test("visualize draws a workflow without a database", async () => {
  await using shell = await Shell.open();
  assertEquals((await shell.run("-w", FLOWS, "visualize", "order")).status, 0);
});

Deno.test("--help names every command", async () => {
  await using shell = await Shell.open();
  const { status, out } = await shell.run("--help");
  assertEquals(status, 0);
  const commands = ["migrate", "verify", "runs", "show", "explain", "cancel", "resume", "retry"];
  for (const command of [...commands, "tick", "visualize"]) {
    assertMatch(out, new RegExp(`^ {2}${command} `, "m"));
  }
});

Deno.test("deno task wrkflw runs it as a program", async () => {
  await using shell = await Shell.open();
  await shell.run("migrate");
  const ask = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "wrkflw", ...args],
      env: { WRKFLW_DATABASE_URL: shell.url, NO_COLOR: "1" },
    }).output();
  const listed = await ask("--json", "runs");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([listed.code, text(listed.stderr)], [0, ""]);
  assertEquals(JSON.parse(text(listed.stdout)), { runs: [], nextCursor: null });
  const failed = await ask("show", "nobody");
  assertEquals([failed.code, text(failed.stdout)], [1, ""]);
  assertStringIncludes(text(failed.stderr), 'Error: Cannot find run "nobody"');
});
