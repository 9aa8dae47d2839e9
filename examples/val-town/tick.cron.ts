/** A cron val: takes what is due. With WRKFLW_URL set, work that is left goes on at once. */
import { tickVal } from "../../backend/val-town.ts";
import { engine } from "./flows.ts";

const url = Deno.env.get("WRKFLW_URL");

export default tickVal(engine, url === undefined ? {} : { goOn: { url } });
