/** Streams of a run's changes, on a clock that the test moves. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { FakeEffects, turns } from "../testing/fake-effects.ts";
import { LOCAL, type OpenApi, openApi } from "../testing/open-api.ts";

const LOOK_MS = 500;
const STREAM = { Accept: "text/event-stream" };

/** A stream as a client reads it. */
class Client {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";
  isOver = false;

  constructor(response: Response) {
    assertEquals(response.status, 200);
    assertMatch(response.headers.get("Content-Type") ?? "", /^text\/event-stream/);
    this.#reader = (response.body ?? new ReadableStream()).getReader();
    void this.#read();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.#text += decoder.decode(value, { stream: true });
    }
    this.isOver = true;
  }

  /** What has come since the last call: the kind of each event and the status it tells. */
  async events(): Promise<string[]> {
    await turns(30);
    const events = this.#text.split("\n\n").filter((event) => event.startsWith("event:"));
    this.#text = "";
    return events.map((event) => {
      const [, kind] = /^event: (.*)$/m.exec(event) ?? [];
      const [, data = "null"] = /^data: (.*)$/m.exec(event) ?? [];
      return `${kind} ${JSON.parse(data)?.status ?? "gone"}`;
    });
  }

  /** Everything that has come since the last call. */
  async text(): Promise<string> {
    await turns(30);
    const text = this.#text;
    this.#text = "";
    return text;
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}

interface Watched extends AsyncDisposable {
  readonly open: OpenApi;
  readonly effects: FakeEffects;
  readonly looks: { count: number };
  connect(runId: string, headers?: Record<string, string>): Promise<Response>;
  pass(ms?: number): Promise<void>;
}

async function watched(signal?: AbortSignal): Promise<Watched> {
  const effects = new FakeEffects();
  const open = await openApi({ effects, ...(signal === undefined ? {} : { signal }) });
  const looks = { count: 0 };
  const { storage } = open.engine;
  const runVersion = storage.runVersion.bind(storage);
  storage.runVersion = (runId) => {
    looks.count++;
    return runVersion(runId);
  };
  return {
    open,
    effects,
    looks,
    connect: async (runId, headers = {}) =>
      await open.api.request(
        `/runs/${runId}/events`,
        { headers: { ...STREAM, ...headers } },
        LOCAL,
      ),
    pass: async (ms = LOOK_MS) => {
      effects.advance(ms);
      await turns(30);
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

async function waitingRun(open: OpenApi): Promise<string> {
  const path = "/workflows/pay/runs?wait=10";
  return String((await open.ask("POST", path, { inputData: "o1", runId: "r" })).at("runId"));
}

async function pay(open: OpenApi): Promise<void> {
  await open.ask("POST", "/events/paid", { payload: { amount: 1 }, match: "o1" });
  await open.settled();
}

Deno.test("a stream tells how the run stands, then every change, and ends when the run is over", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  assertEquals(await client.events(), ["run waiting"]);
  await watch.pass();
  assertEquals(await client.events(), []);
  await pay(watch.open);
  await watch.pass();
  assertEquals(await client.events(), ["run success", "end success"]);
  assert(client.isOver);
});

Deno.test("a client that goes away leaves nothing behind", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  await client.events();
  await watch.pass();
  const { count } = watch.looks;
  await watch.pass();
  assertEquals(watch.looks.count, count + 1);
  await client.leave();
  for (let pass = 0; pass < 5; pass++) await watch.pass();
  assertEquals(watch.looks.count, count + 1, "nobody watches, and it is still looked at");
});

Deno.test("however many watch a run, it is looked at once", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const clients: Client[] = [];
  for (let index = 0; index < 5; index++) clients.push(new Client(await watch.connect(runId)));
  for (const client of clients) assertEquals(await client.events(), ["run waiting"]);
  const { count } = watch.looks;
  await watch.pass();
  assertEquals(watch.looks.count, count + 1);
  await clients[0]?.leave();
  await pay(watch.open);
  await watch.pass();
  for (const client of clients.slice(1))
    assertEquals(await client.events(), ["run success", "end success"]);
});

Deno.test("a client that comes back is told only what it does not know", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  const [, known = ""] = /^id: (.*)$/m.exec(await client.text()) ?? [];
  await client.leave();
  const back = new Client(await watch.connect(runId, { "Last-Event-ID": known }));
  assertEquals(await back.events(), []);
  await pay(watch.open);
  await watch.pass();
  const end = await back.text();
  assertMatch(end, /event: end/);
  const [, last = ""] = /^id: (.*)$/m.exec(end) ?? [];
  const late = await watch.connect(runId, { "Last-Event-ID": last });
  assertEquals(late.status, 204);
  const other = new Client(await watch.connect(runId, { "Last-Event-ID": known }));
  assertEquals(await other.events(), ["run success", "end success"]);
});

Deno.test("a stream is kept alive, and ends after a while for the client to come back", async () => {
  await using watch = await watched();
  const client = new Client(await watch.connect(await waitingRun(watch.open)));
  await client.text();
  await watch.pass(15_000);
  assertEquals(await client.text(), ": still here\n\n");
  for (let passed = 0; passed < 300_000 && !client.isOver; passed += 15_000)
    await watch.pass(15_000);
  assert(client.isOver);
});

Deno.test("streams end when the server stops, and a new one ends at once", async () => {
  const stopping = new AbortController();
  await using watch = await watched(stopping.signal);
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  await client.events();
  stopping.abort("stop");
  await turns(30);
  assert(client.isOver);
  const late = new Client(await watch.connect(runId));
  await turns(30);
  assert(late.isOver);
});

Deno.test("a database that fails for a while does not end a stream", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  await client.events();
  const { storage } = watch.open.engine;
  const { runVersion } = storage;
  storage.runVersion = () => Promise.reject(new Error("away"));
  await watch.pass();
  storage.runVersion = runVersion;
  await pay(watch.open);
  await watch.pass();
  assertEquals(await client.events(), ["run success", "end success"]);
});

Deno.test("the stream of a run that is deleted ends", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const client = new Client(await watch.connect(runId));
  await client.events();
  await watch.open.engine.storage.deleteRun(runId);
  await watch.pass();
  assertEquals(await client.events(), ["end gone"]);
  assert(client.isOver);
  assertEquals((await watch.connect(runId)).status, 404);
});

Deno.test("who asks for the headers of a stream starts none", async () => {
  await using watch = await watched();
  const runId = await waitingRun(watch.open);
  const init = { method: "HEAD", headers: STREAM };
  const response = await watch.open.api.request(`/runs/${runId}/events`, init, LOCAL);
  assertEquals([response.status, response.body], [200, null]);
  const { count } = watch.looks;
  await watch.pass();
  assertEquals(watch.looks.count, count);
});
