import { assertEquals } from "@std/assert";
import { openLocal } from "../databases/local.ts";
import { WorkflowStorage } from "../storage.ts";
import { closing } from "../testing/closing.ts";
import { commit, newRun, step } from "../testing/stored-runs.ts";

Deno.test("a run's version changes with everything that happens to it, and with nothing else", async () => {
  using client = closing(await openLocal(":memory:"));
  const storage = new WorkflowStorage({ client });
  assertEquals(await storage.runVersion("a"), null);
  const { run } = await storage.createRun(newRun("a"));
  const versions = [await storage.runVersion("a")];
  assertEquals(await storage.runVersion("a"), versions[0]);
  await storage.commit(() => commit("a", run.epoch, { steps: [step("s", 1)] }));
  versions.push(await storage.runVersion("a"));
  await storage.release("a", run.epoch, 0);
  versions.push(await storage.runVersion("a"));
  await storage.cancel("a");
  versions.push(await storage.runVersion("a"));
  assertEquals(new Set(versions).size, 4);
});
