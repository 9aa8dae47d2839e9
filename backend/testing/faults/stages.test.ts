/** On a local file the harness tries what users of local files have: a client that always answers. */
import { assertEquals } from "@std/assert";
import { FAULT_MODES, FaultyClient } from "../faulty-client.ts";
import { Traffic } from "../traffic.ts";
import { IN_MEMORY, localFileStage, type Stage } from "./stages.ts";

const QUESTION = { sql: "SELECT 1", args: [] };

async function clientAnswers(stage: Stage): Promise<boolean> {
  await using world = await stage.world(1);
  return new FaultyClient(world.client).alwaysAnswers;
}

Deno.test("processes on a local file are told that it always answers, those in memory are not", async () => {
  await using onFile = await localFileStage();
  assertEquals(await clientAnswers(onFile), true);
  assertEquals(await clientAnswers(IN_MEMORY), false);
});

for (const mode of FAULT_MODES) {
  Deno.test(`a process on a local file is answered or gone: ${mode}`, async () => {
    await using stage = await localFileStage();
    await using world = await stage.world(1);
    const traffic = new Traffic();
    const sleep = (ms: number) => world.effects.sleep(ms);
    const fault = { call: 1, mode, calls: 3, ms: 9_000 };
    const client = new FaultyClient(world.client, fault, { traffic, sleep });
    const answered = client.execute(QUESTION).then(
      () => "answered",
      () => "answered",
    );
    const gone = client.killed.then(() => "gone");
    void client.paused.then(() => traffic.flush());
    const end = await world.effects.until(Promise.race([answered, gone]));
    assertEquals(end, /^kill|late/.test(mode) ? "gone" : "answered");
  });
}
