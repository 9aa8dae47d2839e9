/** The least that a program takes which keeps something: a fresh file, and one durable commit. */
import { bareRows } from "../bare-sqlite.ts";

const [folder = "."] = Deno.args;
const bare = bareRows({ folder, synchronous: "FULL" }, { rows: 1, rowsACommit: 1 });
bare.piece();
bare.close();
