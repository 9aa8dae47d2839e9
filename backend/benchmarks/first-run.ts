/** E: the program whose whole life is measured: from nothing to the first finished run. */
import process from "node:process";
import { chain, openEngine, startRuns } from "./sample-flows.ts";

const [folder = "."] = process.argv.slice(2);
const engine = await openEngine({ folder, synchronous: "FULL" });
await startRuns(engine, chain(3), { count: 1, width: 1 });
await engine.storage.close();
