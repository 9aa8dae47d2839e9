import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { WorkflowStorage } from "../../backend/index.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** A place where `deno task demo` runs as it does in a clone, but leaves its files elsewhere. */
async function makeClone(): Promise<string> {
  const clone = await Deno.makeTempDir({ prefix: "wrkflw-demo-" });
  for (const name of ["backend", "frontend", "examples"]) {
    await Deno.symlink(join(REPOSITORY, name), join(clone, name), { type: "dir" });
  }
  for (const name of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(join(REPOSITORY, name), join(clone, name));
  }
  return clone;
}

/** A demo that was started as a process, and what it has printed so far. */
class Demo {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>[];
  printed = "";

  constructor(clone: string, token = "") {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["task", "demo"],
      cwd: clone,
      env: { PORT: "0", NO_COLOR: "1", WRKFLW_TOKEN: token },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reading = [this.#read(this.#child.stdout), this.#read(this.#child.stderr)];
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.printed += decoder.decode(chunk, { stream: true });
  }

  /** The first group of what it prints, once it has. */
  async says(pattern: RegExp): Promise<string> {
    return await until(`${pattern} in ${JSON.stringify(this.printed)}`, () => {
      return pattern.exec(this.printed)?.[1];
    });
  }

  /** Ends it as Ctrl-C does, and gives its exit code. */
  async interrupt(signal: Deno.Signal): Promise<number> {
    this.#child.kill(signal);
    const { code } = await this.#child.status;
    await Promise.all(this.#reading);
    return code;
  }
}

async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Waited too long for ${what}`);
}

/** What a browser shows at an address when it has the cookie. */
async function page(address: string, cookie = ""): Promise<string> {
  const response = await fetch(address, { headers: { cookie } });
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

/** The cookie that a link which logs in leaves in the browser. */
async function logIn(link: string): Promise<string> {
  const response = await fetch(link, { redirect: "manual" });
  await response.body?.cancel();
  assertEquals(response.status, 303);
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

async function withStorage<T>(
  clone: string,
  look: (storage: WorkflowStorage) => Promise<T>,
): Promise<T> {
  const storage = new WorkflowStorage({ url: `file:${join(clone, "wrkflw-demo.db")}` });
  try {
    return await look(storage);
  } finally {
    await storage.close();
  }
}

const LINK = /Open (http:\/\/localhost:\d+\/\S*)/;
const BACKUP = /as run (backup-[0-9a-f]+)/;

Deno.test("the demo shows its runs, finishes the killed one, ends on Ctrl-C and starts again", async () => {
  const clone = await makeClone();
  let demo = new Demo(clone);
  try {
    const link = await demo.says(LINK);
    const backupId = await demo.says(BACKUP);
    for (const [status, workflow, runId] of [
      ["running", "backup", backupId],
      ["pending", "weekly-report", "report-2026-W11"],
      ["failed", "order", "order-1002"],
      ["success", "order", "order-1001"],
      ["suspended", "expense", "expense-77"],
      ["canceled", "order", "order-1003"],
    ] as const) {
      const runs = await page(new URL(`?status=${status}`, link).href);
      assertStringIncludes(runs, workflow);
      assertStringIncludes(runs, runId);
    }
    const declined = await page(new URL("/runs/order-1002", link).href);
    assertStringIncludes(declined, "Card was declined");
    const imports = await page(new URL("?workflow=import-customers", link).href);
    assertStringIncludes(imports, "customers-broken.csv");

    const executions = await demo.says(/Executed were: (.*)\./);
    assertEquals(executions, "list-files ×1, fingerprint ×1, copy-files ×2, verify ×1");
    const finished = await page(new URL("?status=success&workflow=backup", link).href);
    assertStringIncludes(finished, backupId);
    assertEquals(await recordsOf(clone, backupId), [
      "list-files",
      "fingerprint",
      "copy-files",
      "verify",
    ]);
    assertEquals(await demo.interrupt("SIGINT"), 0);

    demo = new Demo(clone, "a token of the environment");
    const loginLink = await demo.says(LINK);
    const again = await page(new URL("/runs", loginLink).href, await logIn(loginLink));
    const secondBackupId = await demo.says(BACKUP);
    for (const runId of [backupId, secondBackupId, "order-1001"]) {
      assertStringIncludes(again, runId);
    }
    assertEquals(await demo.interrupt("SIGTERM"), 0);
    assertEquals(await countRuns(clone, "order"), 3);
    assertEquals(await countRuns(clone, "weekly-report"), 2);
    assertEquals(await countRuns(clone, "backup"), 2);
    assertEquals(/\berror\b/i.exec(demo.printed.replaceAll(/failed: .*/g, "")), null);
  } finally {
    await demo.interrupt("SIGKILL").catch(() => {});
    await Deno.remove(clone, { recursive: true });
  }
});

async function recordsOf(clone: string, runId: string): Promise<string[]> {
  const loaded = await withStorage(clone, (storage) => storage.loadRun(runId));
  return (loaded?.steps ?? []).map(({ path }) => path);
}

async function countRuns(clone: string, workflowId: string): Promise<number> {
  const counts = await withStorage(clone, (storage) => storage.countRuns(workflowId));
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
