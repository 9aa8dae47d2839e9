/**
 * Files that are damaged, may not be written or belong to a newer library: each gives a clear
 * error, nothing is changed by it, and the work goes on when the file is as it should be.
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import type { ExecutionEngine } from "./engine.ts";
import { type ErrorCode, WrkflwError } from "./errors.ts";
import { NEWEST_VERSION } from "./migrations/migration-list.ts";
import { FilePlace } from "./testing/file-place.ts";
import { addOne, Count, type CountValue } from "./testing/samples.ts";
import type { Workflow } from "./workflow.ts";
import { createWorkflow } from "./workflow-builder.ts";

const HOUR_MS = 3_600_000;

type Sleeper = Workflow<"sleeper", CountValue, CountValue>;

/** A step, an hour of sleep, another step. */
function sleeper(executions: string[]): Sleeper {
  return createWorkflow({ id: "sleeper", inputSchema: Count, outputSchema: Count })
    .then(addOne("before", executions))
    .sleep("1h")
    .then(addOne("after", executions))
    .commit();
}

/** A file with runs that sleep. */
async function sleeping(place: FilePlace, executions: string[]): Promise<void> {
  const workflow = sleeper(executions);
  const engine = place.engine({ workflows: [workflow] });
  for (const runId of ["r1", "r2", "r3"]) {
    const run = await engine.createRun(workflow, runId);
    await run.safeStart({ inputData: { n: 1 } });
  }
}

/** All that one may ask of an engine; says how each was answered. */
async function askEverything(place: FilePlace, engine: ExecutionEngine): Promise<unknown[]> {
  const answers: unknown[] = [];
  const requests: readonly (() => Promise<unknown>)[] = [
    () => engine.storage.listRuns(),
    () => engine.storage.queryRuns(),
    () => engine.loadSnapshot("r1"),
    () => engine.sendEvent("unheard", 1),
    async () => {
      const { runs } = await engine.tick();
      return runs.flatMap(({ error }) => error ?? []);
    },
  ];
  for (const ask of requests) {
    answers.push(await place.effects.until(ask()).catch((error: unknown) => error));
  }
  return answers.flat();
}

async function closeTo(place: FilePlace): Promise<Uint8Array> {
  place.client.close();
  return await Deno.readFile(place.path);
}

Deno.test("whichever page of a file is damaged, errors say so, and a restored file goes on", async () => {
  let damaged = 0;
  for (let page = 0; ; page++) {
    await using place = await FilePlace.create();
    const executions: string[] = [];
    await sleeping(place, executions);
    const whole = await closeTo(place);
    const bytes = whole.slice();
    if (page * PAGE_BYTES >= bytes.length) break;
    bytes.fill(0xee, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    await Deno.writeFile(place.path, bytes);

    place.effects.advance(HOUR_MS);
    const errors = await useDamaged(place, executions);
    for (const error of errors) {
      assert(error instanceof WrkflwError, `page ${page}: ${error}`);
      assertEquals([page, error.code], [page, "STORAGE_CORRUPT"]);
      assert(/restore it|restore its/.test(error.message), error.message);
    }
    damaged += errors.length > 0 ? 1 : 0;
    assertEquals(executions.filter((key) => key.endsWith("before")).length, 3, `page ${page}`);

    await Deno.writeFile(place.path, whole);
    await place.open();
    const engine = place.engine({ workflows: [sleeper(executions)] });
    await engine.tick();
    const { runs } = await engine.storage.queryRuns({ status: "success" });
    assertEquals([page, runs.length], [page, 3]);
  }
  assertGreater(damaged, 10);
});

const PAGE_BYTES = 2048;

/** Asks everything of a damaged file. Leaves it closed. @returns What went wrong. */
async function useDamaged(place: FilePlace, executions: string[]): Promise<unknown[]> {
  try {
    await place.open();
  } catch (error) {
    return [error];
  }
  const engine = place.engine({ workflows: [sleeper(executions)] });
  const answers = await askEverything(place, engine);
  place.client.close();
  for (const end of ["-wal", "-shm"]) await Deno.remove(place.path + end).catch(() => {});
  return answers.filter((answer) => answer instanceof Error);
}

for (const [name, damage] of Object.entries({
  "is empty behind its header": (bytes: Uint8Array) => bytes.slice(0, 100),
  "was cut in the middle": (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2),
  "is another kind of file": () => new TextEncoder().encode("Remember the milk. ".repeat(999)),
  "is full of one byte": (bytes: Uint8Array) => new Uint8Array(bytes.length).fill(1),
})) {
  Deno.test(`a file that ${name} is refused, stays as it is, and goes on when restored`, async () => {
    await using place = await FilePlace.create();
    const executions: string[] = [];
    await sleeping(place, executions);
    const whole = await closeTo(place);
    const broken = damage(whole);
    await Deno.writeFile(place.path, broken);
    const errors = await useDamaged(place, executions);
    assertGreater(errors.length, 0);
    for (const error of errors) {
      assert(error instanceof WrkflwError && error.code === "STORAGE_CORRUPT", String(error));
    }
    assertEquals(await Deno.readFile(place.path), broken);
    await Deno.writeFile(place.path, whole);
    await place.open();
    place.effects.advance(HOUR_MS);
    await place.engine({ workflows: [sleeper(executions)] }).tick();
    assertEquals(executions.length, 6);
  });
}

Deno.test("a database of a newer library is left alone by every call, and goes on with that library", async () => {
  await using place = await FilePlace.create();
  const executions: string[] = [];
  await sleeping(place, executions);
  const next = NEWEST_VERSION + 1;
  await place.client.execute({
    sql: `INSERT INTO wrkflw_migrations VALUES (${next}, 'later', 0)`,
    args: [],
  });
  await place.reopen();
  const before = await place.dump();
  place.effects.advance(HOUR_MS);
  const workflow = sleeper(executions);
  const engine = place.engine({ workflows: [workflow] });
  const answers = await askEverything(place, engine);
  const starting = await place.effects
    .until(engine.createRun(workflow, "new"))
    .catch((error: unknown) => error);
  for (const answer of [...answers, starting]) {
    assert(answer instanceof WrkflwError, String(answer));
    assertEquals(answer.code, "SCHEMA_TOO_NEW" satisfies ErrorCode);
    assertEquals(
      answer.message,
      `Cannot use this database: its schema has version ${next} and this wrkflw knows versions up to ${NEWEST_VERSION}; upgrade wrkflw`,
    );
  }
  assertEquals(await place.dump(), before);
  await place.client.execute({
    sql: `DELETE FROM wrkflw_migrations WHERE version = ${next}`,
    args: [],
  });
  // The same engine: the failure is not remembered.
  await engine.tick();
  assertEquals(executions.length, 6);
});

Deno.test("a file that may only be read is read, and whoever would write is told what to do", async () => {
  await using place = await FilePlace.create();
  await sleeping(place, []);
  await closeTo(place);
  const directory = place.path.slice(0, place.path.lastIndexOf("/"));
  await Deno.chmod(place.path, 0o444);
  await Deno.chmod(directory, 0o777);
  const [runs, refusal] = await visit(place.path);
  assertEquals(runs, ["r1", "r2", "r3"]);
  assertEquals(refusal, {
    code: "STORAGE_UNAVAILABLE",
    message: `Cannot use database "${place.path}": it is read-only; make the file and its directory writable`,
  });
  await Deno.chmod(place.path, 0o666);
  for (const end of ["-wal", "-shm"]) await Deno.remove(place.path + end).catch(() => {});
  const [, output] = await visit(place.path);
  assertEquals(output, { n: 2 });
});

Deno.test("an empty file that may only be read says that it cannot be brought up to date", async () => {
  await using place = await FilePlace.create();
  await closeTo(place);
  await Deno.chmod(place.path, 0o444);
  await Deno.chmod(place.path.slice(0, place.path.lastIndexOf("/")), 0o777);
  for (const refusal of await visit(place.path)) {
    const { code, message } = refusal as { code: string; message: string };
    assertEquals(code, "STORAGE_UNAVAILABLE");
    assert(message.includes("it is read-only; make the file"), message);
  }
});

/** What another process, which is not root's, gets when it lists runs and when it starts one. */
async function visit(path: string): Promise<unknown[]> {
  const script = new URL("./testing/visitor-program.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, path],
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  if (lines.length !== 2) throw new Error(new TextDecoder().decode(stderr));
  return lines.map((line) => JSON.parse(line));
}
