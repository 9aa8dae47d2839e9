/** What the documents say is executed, and what they name is there. */
import { assert, assertEquals } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import { deployedFiles, readDeployed } from "./testing/deployed-files.ts";

const ROOT = new URL("../", import.meta.url);
const DOCUMENTS = ["README.md", "MIGRATION.md", "backend/README.md"];

interface Block {
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

async function blocksOf(document: string): Promise<Block[]> {
  const text = await Deno.readTextFile(new URL(document, ROOT));
  const fences = text.matchAll(/^(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)^\1\s*$/gm);
  return [...fences].map(([, , language = "", code = ""], index) => ({
    place: `${document}, block ${index + 1}`,
    language,
    code,
  }));
}

const blocks = (await Promise.all(DOCUMENTS.map(blocksOf))).flat();
const settings = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

function inLanguage(language: string): Block[] {
  return blocks.filter((block) => block.language === language);
}

Deno.test("every block of code has a language that a test reads, and none asks to be passed over", () => {
  const odd = blocks.filter(({ language }) => !["ts", "sh", "sql", "text"].includes(language));
  assertEquals(
    odd.map(({ place, language }) => `${place}: ${language}`),
    [],
  );
  assert(blocks.length > 10, `${blocks.length} blocks`);
});

Deno.test("no block of code is written in a way that no test would see", async () => {
  for (const document of DOCUMENTS) {
    const text = await Deno.readTextFile(new URL(document, ROOT));
    const fences = text.match(/^\s*(`{3,}|~{3,})/gm) ?? [];
    assertEquals(fences.length, 2 * (await blocksOf(document)).length, document);
    const prose = text.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, "");
    assertEquals(prose.match(/^( {4}|\t)(?![ \t]*([-*]|\d+\.) ).*$/gm), null, document);
  }
});

Deno.test("the documents are among the tests", () => {
  for (const document of DOCUMENTS) assert(settings.test.include.includes(document), document);
  assert(settings.tasks.test.includes("--doc"));
});

Deno.test("every block of TypeScript is a test that is executed, and succeeds", async () => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--doc", "--no-check", "--reporter=tap", ...DOCUMENTS],
    cwd: ROOT,
    env: { WRKFLW_DATABASE_URL: ":memory:", NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert(success, said);
  assertEquals(said.match(/^ok \d+/gm)?.length, inLanguage("ts").length);
});

Deno.test("every statement of SQL can be executed", async () => {
  const sql = inLanguage("sql").map(({ code }) => code);
  assert(sql.length > 0);
  const client = await openLocal(":memory:");
  for (const statement of sql.join("").split(";")) {
    if (statement.trim() !== "") await client.execute({ sql: statement, args: [] });
  }
  client.close();
});

/** Commands of others, which no test can run. */
const FOREIGN = [
  "deno install -grAf jsr:@valtown/vt",
  "vt create my-flows",
  "cd my-flows",
  "vt push",
];

Deno.test("every command names a task or an example that is there", async () => {
  const lines = inLanguage("sh").flatMap(({ code }) => code.split("\n"));
  const commands = lines.map((line) => line.replace(/\s+#.*$/, "").trim()).filter(Boolean);
  for (const command of commands.filter((each) => !FOREIGN.includes(each))) {
    const [, task] = /^npx --yes deno@2\.9\.6 task ([\w-]+)/.exec(command) ?? [];
    const [, example] = /^npx --yes deno@2\.9\.6 run -A (examples\/\S+)$/.exec(command) ?? [];
    const [, copied] = /^cp -r (.+) \S+$/.exec(command) ?? [];
    const paths = example === undefined ? (copied?.split(" ") ?? []) : [example];
    assert(task !== undefined || paths.length > 0, `Unknown command: ${command}`);
    if (task !== undefined) assert(task in settings.tasks, `No task ${task}`);
    for (const path of paths) await Deno.stat(new URL(path, ROOT));
  }
});

Deno.test("every link into the repository leads somewhere", async () => {
  for (const document of DOCUMENTS) {
    const text = await Deno.readTextFile(new URL(document, ROOT));
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)) {
      await Deno.stat(new URL(target, new URL(document, ROOT)));
    }
  }
});

Deno.test("the section on Val Town names every file, variable and setting that is needed", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const section = readme.slice(readme.indexOf("## On Val Town"), readme.indexOf("## On Node"));
  const files = (await deployedFiles()).filter((path) => path.startsWith("examples/"));
  assert(files.length >= 4);
  for (const path of files) assert(section.includes(`\`${path}\``), path);
  const folders = new Set((await deployedFiles()).map((path) => path.split("/")[0] ?? ""));
  for (const folder of folders) assert(section.includes(folder), folder);
  const sources = await Promise.all((await deployedFiles()).map(readDeployed));
  const reads = /(?:readEnvironment|env\.get|env)\("(\w+)"\)/g;
  const variables = new Set(
    sources.flatMap((source) => [...source.matchAll(reads)].map(([, name]) => name ?? "")),
  );
  // The platform sets this one itself.
  variables.delete("valtown");
  assert(variables.size >= 5, [...variables].join(", "));
  for (const name of variables) assert(section.includes(`\`${name}\``), name);
});
