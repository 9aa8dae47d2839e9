/** Every example runs by the command that it names, and prints what it should. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const FOLDER = new URL("./", import.meta.url);
const ROOT = new URL("../", import.meta.url);

const PRINTED: Readonly<Record<string, readonly string[]>> = {
  "simple-workflow.ts": [
    '{ text: "Lisbon: sunglasses" }',
    "fetch-weather { celsius: 24 }",
    'advise { text: "Lisbon: sunglasses" }',
    "VALIDATION_FAILED",
  ],
  "human-approval.ts": [
    'suspended { question: "May Ann spend 90 euros?" }',
    'Waits for somebody to resume "decide": May Ann spend 90 euros?',
    'hotel { euros: 90, by: "Bob" }',
    'suspended { question: "May Ann spend 90 euros?" }',
    'Waits for somebody to resume "decide": May Ann spend 90 euros?',
    'yacht { euros: 0, by: "Bob" }',
  ],
  "fan-out.ts": [
    '{ pages: 12, words: 2310, longest: "https://a.example/10" }',
    "at most 4 at a time, 1 repeated",
  ],
  "clean-up.ts": [
    "  booked flight",
    "  booked hotel",
    "  booked boat",
    "Porto: boat, hotel, flight",
    "  booked flight",
    "  booked hotel",
    "  canceled hotel",
    "  canceled flight",
    "Kathmandu: No boat in Kathmandu",
    "  booked flight",
    "  canceled flight",
    "Atlantis: No hotel in Atlantis",
  ],
  "long-running.ts": [
    "  to Ann: Welcome!",
    "  to Bob: Welcome!",
    "  to Ann: How do you like it?",
    "  to Bob: How do you like it?",
    "  to Ann: Two days are left",
    "  to Bob: Two days are left",
    '{ name: "Ann", paid: true }',
    '{ name: "Bob", paid: false }',
  ],
  "by-the-clock.ts": [
    "three runs, all of them success",
    "no slot twice: true",
    "on the second: true",
  ],
  "draw-workflow.ts": [
    "order",
    "+-> check",
    "|     : Is everything in stock?",
    "+-> branch",
    "|   +-- discount",
    "|         : Ten per cent off",
    "+-> map",
    "+-> parallel",
    "|   +-- invoice",
    "|   |     : Writes the invoice",
    "|   +-- parcel",
    "|         : Packs the parcel",
    "+-> map#2",
    "+-> waitForEvent",
    "      : paid",
    "",
    "[~] order: waiting",
    "+-> [x] check: success",
    '|     : result: {"total":50}',
    "+-> [x] branch: success",
    "|   +-- [/] discount: skipped",
    "+-> [x] map: success",
    '|     : result: {"total":50}',
    "+-> [x] parallel: success",
    "|   +-- [x] invoice: success",
    '|   |     : result: {"total":50}',
    "|   +-- [x] parcel: success",
    '|         : result: {"total":50}',
    "+-> [x] map#2: success",
    '|     : result: {"total":50}',
    "+-> [~] waitForEvent: waiting for paid until DATE UTC <--",
    "",
    "flowchart TD",
    "digraph {",
    "path id kind arrangement children",
  ],
  "prebuilt-steps.ts": [
    '{ text: "New here: Dune and Ubik" }',
    "get-books filter-array map-array pick-fields template delay logger send-letter",
  ],
  "try-vals.ts": [
    "message: waiting",
    "again: 0 runs",
    "tick: 0 runs, the next in 7 days",
    "reply: success",
    "a stranger: 401",
    "with the token: the run is there",
  ],
};

/** In these, runs that are due at the same time may come in any order. */
const UNORDERED = ["long-running.ts"];

const examples = (await Array.fromAsync(Deno.readDir(FOLDER)))
  .filter(({ name, isFile }) => isFile && name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map(({ name }) => name)
  .sort();

async function commandOf(name: string): Promise<string[]> {
  const source = await Deno.readTextFile(new URL(name, FOLDER));
  const [, command = ""] = /^ \* Run it: deno (run .*)$/m.exec(source) ?? [];
  assert(command.endsWith(name), `${name} does not name its command`);
  return command.split(" ");
}

function start(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", ...args.slice(1)],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

for (const [name, expected] of Object.entries(PRINTED)) {
  Deno.test(`examples/${name} prints what it should`, async () => {
    const { stdout, stderr, success } = await start(await commandOf(name)).output();
    const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(success, complained);
    const lines = (said ?? "")
      .trimEnd()
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "DATE")
      .split("\n");
    const isOrdered = !UNORDERED.includes(name);
    assertEquals(isOrdered ? lines : lines.sort(), isOrdered ? expected : [...expected].sort());
  });
}

Deno.test("examples/serve-pages.ts serves until it is stopped", async () => {
  const env = { PORT: "0", WRKFLW_TOKEN: "a long secret" };
  const server = start(await commandOf("serve-pages.ts"), env);
  const [said, complained] = [textOf(server.stdout), textOf(server.stderr)];
  let link = "";
  for await (const text of said) {
    link = text.trim();
    break;
  }
  const headers = { authorization: "Bearer a long secret" };
  const answer = await fetch(new URL("/runs", link), { headers });
  assertStringIncludes(await answer.text(), "greeting");
  assertEquals(answer.status, 200);
  server.kill("SIGINT");
  const { success } = await server.status;
  const complaints = (await Array.fromAsync(complained)).join("");
  assert(success, complaints);
});

async function* textOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  yield* stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
}

Deno.test("every example is tested, and is read in a few minutes", async () => {
  assertEquals(examples, [...Object.keys(PRINTED), "serve-pages.ts"].sort());
  const vals = (await Array.fromAsync(Deno.readDir(new URL("val-town/", FOLDER)))).map(
    ({ name }) => `val-town/${name}`,
  );
  for (const name of [...examples, ...vals]) {
    const { length } = (await Deno.readTextFile(new URL(name, FOLDER))).trimEnd().split("\n");
    assert(length < 80, `${name} has ${length} lines`);
  }
});
