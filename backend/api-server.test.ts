import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createApiServer, WorkflowStorage, WrkflwError } from "./index.ts";
import { greet } from "./testing/open-api.ts";

const LOCAL = { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 50_000 } };

Deno.test("handleRequest() answers this machine, and refuses what came from nobody knows where", async () => {
  const server = createApiServer(new WorkflowStorage({ url: ":memory:" }));
  const request = () => new Request("http://localhost/api/health");
  const here = await server.handleRequest(request(), LOCAL);
  assertEquals([here.status, await here.json()], [200, { status: "ok" }]);
  const elsewhere = await server.handleRequest(request());
  assertEquals(elsewhere.status, 403);
  assertStringIncludes(await elsewhere.text(), "WRKFLW_TOKEN");
  await server.engine.storage.close();
});

Deno.test("workflows are registered with an example, started and read as in the first version", async () => {
  const storage = new WorkflowStorage({ url: ":memory:" });
  const server = createApiServer(storage, { token: "a-long-secret" });
  server.registerWorkflow(greet, { name: "Ada" });
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = {
      Authorization: "Bearer a-long-secret",
      "Content-Type": "application/json",
    };
    const url = `https://val.example/api${path}`;
    return await (await server.handleRequest(new Request(url, { ...init, headers }))).json();
  };
  assertEquals((await ask("/workflows")).workflows[0].exampleInput, { name: "Ada" });
  const body = JSON.stringify({ inputData: { name: "Bob" } });
  const { runId } = await ask("/workflows/greet/runs?wait=5", { method: "POST", body });
  const run = await ask(`/runs/${runId}`);
  assertEquals(
    [run.runId, run.workflowId, run.status, run.executionPath, run.inputData.name],
    [runId, "greet", "success", [0], "Bob"],
  );
  assertEquals(run.stepResults.compose.output, { text: "Hello Bob" });
  assertEquals((await ask("/workflows/greet/runs")).runs.length, 1);
  const unknown = await server.handleRequest(new Request("https://val.example/other"));
  assertEquals([unknown.status, (await unknown.json()).error.code], [404, "NOT_FOUND"]);
  await storage.close();
});

Deno.test("a port that is none is refused", async () => {
  const server = createApiServer(new WorkflowStorage({ url: ":memory:" }));
  for (const port of [-1, 65_536, 1.5, Number.NaN, "80" as never]) {
    await assertRejects(() => server.serve(port), WrkflwError, "Cannot serve on port");
  }
});

Deno.test("serve() answers on the port that it is given until it is shut down", async () => {
  const lines: string[] = [];
  const server = createApiServer(new WorkflowStorage({ url: ":memory:" }), {
    onListen: (line) => lines.push(line),
  });
  const listening = await server.serve(0);
  assertEquals(lines, [`The API is at http://localhost:${listening.addr.port}/api`]);
  const response = await fetch(`http://localhost:${listening.addr.port}/api/health`);
  assertEquals(await response.json(), { status: "ok" });
  await listening.shutdown();
  await server.engine.storage.close();
});

Deno.test("the public door loads neither Hono nor zod before a request is handled", async () => {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("./index.ts", import.meta.url).href],
  });
  const { stdout } = await command.output();
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = staticallyLoaded(modules);
  assert(loaded.some((specifier) => specifier.endsWith("/backend/engine.ts")));
  assertEquals(
    loaded.filter((specifier) => /npm:.*(hono|zod)/.test(specifier)),
    [],
  );
});

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/** Everything that importing the first module loads at once. */
function staticallyLoaded(modules: readonly Module[]): string[] {
  const first = modules.find(({ specifier }) => specifier.endsWith("/backend/index.ts"));
  const loaded = new Set([first?.specifier ?? ""]);
  for (const specifier of loaded) {
    const { dependencies = [] } = modules.find((each) => each.specifier === specifier) ?? {};
    for (const { code, isDynamic } of dependencies) {
      if (code !== undefined && isDynamic !== true) loaded.add(code.specifier);
    }
  }
  return [...loaded];
}
