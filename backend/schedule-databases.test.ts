import { assertEquals } from "@std/assert";
import { systemEffects } from "./effects.ts";
import { ExecutionEngine } from "./engine.ts";
import { WorkflowStorage } from "./storage.ts";
import { forEachDatabase } from "./testing/databases.ts";
import { scheduled } from "./testing/scheduled.ts";

forEachDatabase("each slot is run once by two processes", async (client, database) => {
  let clock = Date.UTC(2026, 0, 1);
  const effects = { ...systemEffects, now: () => clock };
  const ran: string[] = [];
  const flow = scheduled({ cron: "0 * * * *", timezone: "Asia/Kathmandu" }, ran);
  const clients = [client, await database.connectAgain()];
  const engines = clients.map((each) => {
    const now = () => String(clock);
    const storage = new WorkflowStorage({ client: each, effects, now });
    return new ExecutionEngine(storage, { workflows: [flow], effects });
  });
  for (let quarter = 0; quarter < 10; quarter++) {
    await Promise.all(engines.map((engine) => engine.tick()));
    clock += 15 * 60_000;
  }
  assertEquals(ran, ["2026-01-01T00:15", "2026-01-01T01:15", "2026-01-01T02:15"]);
});
