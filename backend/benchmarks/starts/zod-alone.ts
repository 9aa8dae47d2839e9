/** What a program with schemas pays for its validator, whatever else it does. */
import { z } from "npm:zod@4.6.7";

z.object({ n: z.number() }).parse({ n: 1 });
