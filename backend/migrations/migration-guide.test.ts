import { assertEquals, assertGreater } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { makeOldDatabase, run } from "../testing/old-database.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every example of MIGRATION.md type-checks and runs on an old database", async () => {
  const guide = await Deno.readTextFile(new URL("MIGRATION.md", ROOT));
  const examples = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => code);
  assertGreater(examples.length, 4);
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    const client = await openLocal(`${directory}/wrkflw.db`);
    await makeOldDatabase(client, [{ run_id: "a" }]);
    for (const [index, example] of examples.entries()) {
      const path = `${directory}/example-${index}.ts`;
      await Deno.writeTextFile(path, example.replaceAll('"./backend/', `"${ROOT}backend/`));
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--check", "-A", "--config", new URL("deno.json", ROOT).pathname, path],
        cwd: directory,
        env: { WRKFLW_DATABASE_URL: "" },
      }).output();
      assertEquals(code, 0, `${example}\n${new TextDecoder().decode(stderr)}`);
    }
    assertEquals((await run(client, "SELECT run_id FROM wrkflw_workflow_runs")).length, 1);
    client.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
