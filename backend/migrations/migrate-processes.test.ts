import { assertEquals, assertStringIncludes } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { migrate } from "../migrations.ts";
import { closing } from "../testing/closing.ts";
import { dump, insertManyOldRows, makeOldDatabase } from "../testing/old-database.ts";

const ROWS = 1_000;

Deno.test("three processes that migrate one file at once end as one does", async () => {
  await withOldFile(async (path, expected) => {
    const outputs = await Promise.all([1, 2, 3].map(() => spawn(path).output()));
    for (const output of outputs) {
      assertStringIncludes(new TextDecoder().decode(output.stdout), "migrated");
    }
    assertEquals(await dumpFile(path), expected);
  });
});

Deno.test("a process that is killed while it migrates loses nothing", async () => {
  for (const lines of [1, 5, 6, 9, 14, 21, 28]) {
    await withOldFile(async (path, expected) => {
      await killAfter(spawn(path), lines);
      using client = closing(await openLocal(path));
      await migrate(client);
      assertEquals(await dump(client), expected, `killed after ${lines} lines`);
    });
  }
});

async function withOldFile(test: (path: string, expected: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    for (const name of ["expected", "actual"]) {
      using client = closing(await openLocal(`${directory}/${name}.db`));
      await makeOldDatabase(client, [{ run_id: "odd", status: "?" }, { run_id: null }]);
      await insertManyOldRows(client, ROWS);
      if (name === "expected") await migrate(client);
    }
    await test(`${directory}/actual.db`, await dumpFile(`${directory}/expected.db`));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function dumpFile(path: string): Promise<string> {
  using client = closing(await openLocal(path));
  return await dump(client);
}

function spawn(path: string): Deno.ChildProcess {
  const script = new URL("../testing/migrating-process.ts", import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function killAfter(process: Deno.ChildProcess, lines: number): Promise<void> {
  let seen = 0;
  for await (const chunk of process.stdout) {
    seen += new TextDecoder().decode(chunk).split("\n").length - 1;
    if (seen >= lines) break;
  }
  process.kill("SIGKILL");
  await process.status;
}
