import { fileURLToPath } from "node:url";

/** Where the files lie that the demo's workflows read. */
export const DATA_FOLDER = fileURLToPath(new URL("./data", import.meta.url));
