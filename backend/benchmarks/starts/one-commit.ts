/** The least that a program takes which keeps something: a fresh file, and one durable commit. */
import { bareRowsMs } from "../bare-sqlite.ts";

const [folder = "."] = Deno.args;
bareRowsMs({ folder, synchronous: "FULL" }, { rows: 1, rowsACommit: 1, before: 0 });
