/**
 * A workflow of the steps that come with the library: it asks a server, keeps and shapes what it
 * needs, waits, writes a text and sends it.
 *
 * Run it: deno run -A examples/prebuilt-steps.ts
 */
import { z } from "npm:zod@4.6.7";
import {
  createWorkflow,
  delay,
  ExecutionEngine,
  filterArray,
  httpGet,
  httpPost,
  logger,
  mapArray,
  pickFields,
  template,
  WorkflowStorage,
} from "../backend/index.ts";

// The server that it asks; in earnest it is somewhere else, and needs no allowPrivateAddresses.
const BOOKS = [
  { title: "Dune", year: 1965 },
  { title: "Emma", year: 1815 },
  { title: "Ubik", year: 1969 },
];
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  async (request) =>
    request.method === "POST" ? Response.json(await request.json()) : Response.json(BOOKS),
);
const origin = `http://127.0.0.1:${server.addr.port}`;
const local = { allowHosts: [new URL(origin).host], allowPrivateAddresses: true };

const Book = z.object({ title: z.string(), year: z.number() });

const digest = createWorkflow({
  id: "digest",
  inputSchema: z.object({ since: z.number() }),
  outputSchema: z.object({ text: z.string() }),
})
  .map(() => ({ url: `${origin}/books` }))
  // Called with options, each is a step of its own; without, it is the step as it stands.
  .then(httpGet({ id: "get-books", ...local, retry: { attempts: 3 } }))
  .map(({ inputData, getInitData }) => ({
    array: z.array(Book).parse(inputData.data),
    where: { path: "year", op: ">=" as const, value: getInitData().since },
  }))
  // Conditions and mappings are data, or functions; text is never executed as code.
  .then(filterArray)
  .map(({ inputData }) => ({ array: inputData.filtered, map: { path: "title" } }))
  .then(mapArray)
  .map(({ inputData }) => ({
    object: { titles: inputData.mapped.join(" and "), count: inputData.count, internal: true },
    fields: ["titles"],
  }))
  .then(pickFields)
  .map(({ inputData }) => ({
    template: "New here: {{titles}}",
    variables: { titles: String(inputData.result.titles) },
  }))
  .then(template)
  .map(() => ({ durationMs: 20 }))
  .then(delay)
  .map(({ getStepResult }) => ({ message: getStepResult(template).result }))
  .then(logger)
  .map(({ inputData }) => ({ url: `${origin}/letters`, body: { text: inputData.message } }))
  .then(httpPost({ id: "send-letter", ...local }))
  .map(({ inputData }) => z.object({ text: z.string() }).parse(inputData.data))
  .commit();

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
const run = await engine.createRun(digest);
console.log(await run.start({ inputData: { since: 1900 } }));
console.log(Object.keys((await run.getSnapshot())?.stepResults ?? {}).join(" "));
await server.shutdown();
