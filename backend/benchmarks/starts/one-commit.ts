/** The least that a program takes which keeps something: a fresh file, and one durable commit. */
import { bareMs } from "../bare-sqlite.ts";

const [folder = "."] = Deno.args;
bareMs({ folder, synchronous: "FULL" }, { rows: 1, rowsACommit: 1, before: 0 });
