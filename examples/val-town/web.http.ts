/** An HTTP val: the pages and the API. Set the secret WRKFLW_TOKEN, or it answers nobody. */
import { webVal } from "../../backend/val-town.ts";
import { createApp } from "../../frontend/app.tsx";
import { engine } from "./flows.ts";

export default webVal(createApp({ engine }), engine, { goesOn: true });
