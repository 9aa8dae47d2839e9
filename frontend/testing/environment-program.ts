/** Prints how an app without options answers from this machine: without a token, and with the one given. */
import { ExecutionEngine, WorkflowStorage } from "../../backend/index.ts";
import { createApp } from "../app.tsx";
import { LOCAL } from "./open-app.ts";

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
const app = createApp({ engine });
const headers = { Authorization: `Bearer ${Deno.args[0]}` };
const plain = await app.request("/runs", {}, LOCAL);
const shown = await app.request("/runs", { headers }, LOCAL);
await Deno.stdout.write(new TextEncoder().encode(`${plain.status} ${shown.status}`));
await engine.storage.close();
