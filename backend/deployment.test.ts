/** What is deployed to Val Town is complete, and runs there as it is. */
import { assert, assertEquals } from "@std/assert";
import { deployedFiles, readDeployed } from "./testing/deployed-files.ts";
import { type DenoVersion, ValTownHost, versionsAvailable } from "./testing/val-town-host.ts";

const ignore = !(await versionsAvailable());
const files = await deployedFiles();
const modules = files.filter((path) => /\.tsx?$/.test(path));
const sources = new Map(
  await Promise.all(modules.map(async (path) => [path, await readDeployed(path)] as const)),
);

/** A process of the first kind of Deno begins a run, one of the second ends it. */
const ORDERS: readonly (readonly [DenoVersion, DenoVersion])[] = [
  ["2.7.5", "2.9.6"],
  ["2.9.6", "2.7.5"],
];

const VALS = `
import receive from "./examples/val-town/inbox.email.ts";
import tick from "./examples/val-town/tick.cron.ts";
import serve from "./examples/val-town/web.http.ts";
import { engine } from "./examples/val-town/flows.ts";

const authorization = "Bearer secret";
const get = (path, headers = {}) =>
  serve(new Request("https://me--flows.web.val.run" + path, { headers }));
const mail = (subject, text, id) =>
  receive({ from: "ann@example.com", to: [], subject, text, headers: { "message-id": id } });

if (Deno.args[0] === "begin") await mail("Broken lamp", "It is dark", "<1>");
else await mail("Re: Broken lamp", "It is bright", "<2>");
await tick();
const [run] = await engine.storage.listRuns();
const page = await get("/runs/" + run.runId, { authorization });
console.log(JSON.stringify({
  stranger: (await get("/runs")).status,
  style: (await get("/assets/style.css")).status,
  health: await (await get("/api/health", { authorization })).json(),
  page: [page.status, (await page.text()).includes("confirm")],
  origin: page.headers.get("access-control-allow-origin"),
  status: run.status,
  result: run.result,
}));
`;

const APPROVAL = `
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "./backend/index.ts";
import { z } from "npm:zod@4.6.7";

const Order = z.object({ total: z.number(), at: z.date().optional() });
const approve = createStep({
  id: "approve", inputSchema: Order, outputSchema: Order,
  resumeSchema: z.object({ at: z.date() }),
  execute: ({ inputData, resumeData, suspend }) =>
    resumeData === undefined ? suspend({ ask: inputData.total }) : { ...inputData, at: resumeData.at },
});
const order = createWorkflow({
  id: "order", inputSchema: Order, outputSchema: Order,
  schedule: { cron: "0 8 * * *", timezone: "Europe/Berlin", inputData: { total: 7 } },
}).then(approve).sleep(10).commit();
const engine = new ExecutionEngine(new WorkflowStorage(), { workflows: [order] });
if (Deno.args[0] === "begin") {
  const run = await engine.createRun(order, "r");
  console.log(JSON.stringify((await run.safeStart({ inputData: { total: 5 } })).status));
} else {
  const at = new Date(0);
  const result = await engine.resume("r", { resumeData: { at } });
  const { nextDueInMs } = await engine.tick();
  console.log(JSON.stringify([result.status, result.output, nextDueInMs > 0]));
}
`;

for (const [first, second] of ORDERS) {
  Deno.test({
    name: `the vals answer, run and wait under Deno ${first}, and end under ${second}`,
    ignore,
    fn: async () => {
      await using host = await ValTownHost.start();
      const common = {
        stranger: 401,
        style: 200,
        health: { status: "ok" },
        page: [200, true],
        origin: "https://me--flows.web.val.run",
      };
      assertEquals(await host.run(first, VALS, ["begin"]), { ...common, status: "waiting" });
      assertEquals(await host.run(second, VALS, ["end"]), {
        ...common,
        status: "success",
        result: { from: "ann@example.com", answer: "It is bright" },
      });
      assertEquals(await host.run(first, APPROVAL, ["begin"]), "suspended");
      assertEquals(await host.run(second, APPROVAL, ["end"]), [
        "success",
        { total: 5, at: "1970-01-01T00:00:00.000Z" },
        true,
      ]);
    },
  });
}

Deno.test({
  name: "every deployed file loads under both versions",
  ignore,
  fn: async () => {
    await using host = await ValTownHost.start();
    const imports = modules.map((path) => `import "./${path}";`).join("\n");
    for (const version of ["2.7.5", "2.9.6"] as const) {
      assertEquals(await host.run(version, `${imports}\nconsole.log("true")`), true);
    }
  },
});

/** Every specifier that a module imports, in code and not in its comments. */
function specifiersOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const forms = /(?:^(?:import|export)\b[^;"]*?\bfrom\s*|^import\s*|\bimport\(\s*)"([^"\n]+)"/gm;
  return [...code.matchAll(forms)].map(([, specifier]) => specifier ?? "");
}

const FULL =
  /^(npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(\/[\w./-]+)?|node:[\w/]+|\.{1,2}\/[\w./-]+\.tsx?)$/;

Deno.test("every import is relative with its extension, of Node, or of npm with a version", () => {
  assert([...sources.values()].flatMap(specifiersOf).length > 300, "imports are not recognised");
  const odd = [...sources].flatMap(([path, source]) =>
    specifiersOf(source)
      .filter((specifier) => !FULL.test(specifier))
      .map((specifier) => `${path}: ${specifier}`),
  );
  assertEquals(odd, []);
});

Deno.test("what is imported is deployed", () => {
  const missing = [...sources].flatMap(([path, source]) =>
    specifiersOf(source)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1))
      .filter((target) => !sources.has(target))
      .map((target) => `${path}: ${target}`),
  );
  assertEquals(missing, []);
});

Deno.test("there is one version of each package", () => {
  const versions = new Map<string, Set<string>>();
  for (const source of sources.values()) {
    for (const specifier of [...specifiersOf(source), ...pragmasOf(source)]) {
      const [, name, version] = /^npm:((?:@[\w.-]+\/)?[\w.-]+)@([\d.]+)/.exec(specifier) ?? [];
      if (name === undefined || version === undefined) continue;
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  assertEquals(
    [...versions].filter(([, found]) => found.size > 1).map(([name]) => name),
    [],
  );
  assertEquals(versions.has("hono"), true);
});

function pragmasOf(source: string): string[] {
  return [...source.matchAll(/@jsxImportSource (\S+)/g)].map(([, specifier]) => specifier ?? "");
}

Deno.test("every file with JSX says where JSX comes from", () => {
  const tsx = modules.filter((path) => path.endsWith(".tsx"));
  const hasJsx = tsx.filter((path) => /<[A-Za-z>]/.test(sources.get(path) ?? ""));
  const without = hasJsx.filter((path) => pragmasOf(sources.get(path) ?? "").length !== 1);
  // A file without an element needs none, and is no reason to say so.
  assertEquals(
    without.filter((path) => /return \(?\s*<|=> \(?\s*</.test(sources.get(path) ?? "")),
    [],
  );
});

Deno.test("only the vals have a word in their path that makes a file a trigger", () => {
  const triggers = files.filter((path) => /http|cron|email/i.test(path));
  assertEquals(triggers, [
    "examples/val-town/inbox.email.ts",
    "examples/val-town/tick.cron.ts",
    "examples/val-town/web.http.ts",
  ]);
});

Deno.test("every deployed file is text of less than 80,000 characters", () => {
  assertEquals(
    modules.filter((path) => (sources.get(path) ?? "").length >= 80_000),
    [],
  );
  assertEquals(
    files.filter((path) => !/\.tsx?$/.test(path)),
    [],
  );
});

Deno.test("nothing that is deployed reads or writes files, starts processes or imports text", () => {
  const forbidden =
    /Deno\.(read|write|open|Command|dlopen|make|remove|stat|lstat|mkdir|cwd|copy|rename)|node:(fs|child_process|path)|with \{ type: "(text|bytes)"|import\.meta\.(dirname|filename)/;
  // Local databases are files; their adapter is loaded by those who open one.
  const allowed = ["backend/databases/local.ts", "backend/databases/local-opening.ts"];
  const found = [...sources].filter(
    ([path, source]) => forbidden.test(source) && !allowed.includes(path),
  );
  assertEquals(
    found.map(([path]) => path),
    [],
  );
});
