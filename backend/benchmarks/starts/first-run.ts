/** With zod, as most programs are written. */
import { z } from "npm:zod@4.6.7";
import { runOnce } from "./run-once.ts";

await runOnce(z.object({ n: z.number() }));
