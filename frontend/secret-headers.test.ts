import { assert } from "@std/assert";
import { openApp, record, storeRun } from "./testing/open-app.ts";

Deno.test("neither a page nor the API shows the secrets that headers hold", async () => {
  await using open = openApp();
  const request = {
    url: "https://a.example",
    headers: { Authorization: "Bearer hunter2", accept: "text/plain" },
  };
  const output = JSON.stringify(request);
  const rich =
    '{"$superjson":{"json":{"headers":{"cookie":"hunter2"},"at":"1970-01-01T00:00:00.000Z"},"meta":{"values":{"at":["Date"]}}}}';
  await storeRun(open.storage, "r", [
    record({ seq: 1, path: "map", kind: "map", output }),
    record({ seq: 2, path: "http-get", inputFrom: 1, output: rich }),
    record({
      seq: 3,
      path: "ask",
      status: "suspended",
      wait: JSON.stringify({ payload: request }),
    }),
  ]);
  const paths = [
    "/runs/r",
    "/runs/r?step=map",
    "/runs/r?step=http-get",
    "/runs/r?step=ask",
    "/runs/r/values/1/output",
    "/runs/r/values/2/output",
    "/api/runs/r",
  ];
  const pages = await Promise.all(paths.map((path) => open.page(path)));
  for (const [index, page] of pages.entries()) assert(!page.includes("hunter2"), paths[index]);
  assert(pages.filter((page) => page.includes("(masked)")).length >= 3);
  assert(pages.at(-1)?.includes("(masked)"), pages.at(-1));
});
