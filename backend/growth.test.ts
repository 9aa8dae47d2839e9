/** Many runs: overdue at once, or coming and going for long. */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { openLocal } from "./databases/local.ts";
import { ExecutionEngine } from "./engine.ts";
import { WorkflowStorage } from "./storage.ts";
import { closing } from "./testing/closing.ts";
import {
  type Growth,
  measureGrowth,
  measureGrowthOfOver,
  storeRunsThatAreOver,
  workflow,
} from "./testing/growth.ts";
import { drainHerd } from "./testing/herd.ts";

/** SQLite's log of changes takes about this much before it is written into the file. */
const LOG_BYTES = 6_000_000;

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("four processes drain 10,000 overdue runs, and each is claimed and executed once", () =>
  inDirectory(async (directory) => {
    const { executions, ends, shares, slowestPageMs } = await drainHerd(
      `${directory}/herd.db`,
      10_000,
      4,
    );
    assertEquals(ends, { "success, claimed 1": 10_000 });
    assertEquals([executions.size, new Set(executions.values())], [10_000, new Set([1])]);
    assertGreater(shares.filter((share) => share > 0).length, 1, `the shares are ${shares}`);
    assertLess(slowestPageMs, 2_000);
  }));

function assertNearLiveSize({ mostBytes, finalBytes, liveBytes }: Growth): void {
  assertLess(finalBytes, 3 * liveBytes);
  assertLess(mostBytes, 3 * liveBytes + LOG_BYTES);
}

Deno.test("100,000 runs that are over come and go, and the file stays near its live size", () =>
  inDirectory(async (directory) => {
    const growth = await measureGrowthOfOver(`${directory}/growth.db`, 100_000, 1_000);
    assertEquals(growth.kept, 1_000);
    assertNearLiveSize(growth);
  }));

Deno.test("an engine's runs come and go, and the file stays near its live size", () =>
  inDirectory(async (directory) => {
    const growth = await measureGrowth(`${directory}/growth.db`, 3_000, 500);
    assertEquals(growth.kept, 500);
    assertNearLiveSize(growth);
  }));

Deno.test("retention that comes late deletes 99,000 runs in one tick, and more take their room", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/late.db`;
    const storage = new WorkflowStorage({ url: `file:${path}`, synchronous: "NORMAL" });
    const retention = { maxRuns: 1_000 };
    const engine = new ExecutionEngine(storage, { workflows: [workflow], retention });
    await engine.init();
    using client = closing(await openLocal(path, { synchronous: "NORMAL" }));
    await storeRunsThatAreOver(client, 0, 100_000);
    assertEquals((await engine.tick()).deleted, 99_000);
    const bytes = Deno.statSync(path).size;
    await storeRunsThatAreOver(client, 100_000, 90_000);
    assertEquals(Deno.statSync(path).size, bytes);
    await storage.close();
  }));
