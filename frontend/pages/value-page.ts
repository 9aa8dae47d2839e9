import type { Context } from "npm:hono@4.13.19";
import { type StepRecord, visualizeExecution, WrkflwError } from "../../backend/index.ts";
import { inputOf } from "../parts/step-input.tsx";
import type { Site } from "../site.ts";
import { printValue } from "../wording/print-value.ts";
import { isRecord, readableValue, storedValue } from "../wording/stored-value.ts";
import { type LoadedRun, loadRun } from "./load-run.ts";

/** Answers with one whole value of a run, as plain text to read or to keep. */
export async function answerValue(c: Context, site: Site): Promise<Response> {
  const loaded = await loadRun(site.engine, c.req.param("runId") ?? "");
  const name = c.req.param("name") ?? "";
  const record = c.req.param("record");
  const text =
    record === undefined ? await ofRun(site, loaded, name) : ofStep(loaded, record, name);
  if (text === undefined) {
    throw new WrkflwError(
      "RUN_NOT_FOUND",
      `Cannot show this value: the run has no ${JSON.stringify(name.slice(0, 100))} there; open it from the run's page`,
    );
  }
  if (c.req.query("download") !== undefined) {
    c.header("Content-Disposition", `attachment; filename="${fileName(loaded, record, name)}"`);
  }
  return c.text(text);
}

/** Names made of plain characters only: the header has no room for others. */
function fileName({ run }: LoadedRun, record: string | undefined, name: string): string {
  const parts = [run.workflowId, run.runId, record ?? "", name].filter((part) => part !== "");
  const plain = parts.map((part) => part.replaceAll(/[^\w-]+/g, "-").slice(0, 60));
  return `${plain.join("-")}.${name === "mermaid" ? "mmd" : "json"}`;
}

async function ofRun(
  { engine }: Site,
  { run, stored, state }: LoadedRun,
  name: string,
): Promise<string | undefined> {
  if (name === "state") return state === undefined ? undefined : printValue(state);
  if (name === "snapshot") return printValue(await engine.loadSnapshot(run.runId));
  if (name === "mermaid") {
    const workflow = engine.workflows.find(({ id }) => id === run.workflowId);
    return visualizeExecution(workflow, { run, steps: stored });
  }
  const text = new Map([
    ["input", run.input],
    ["output", run.result],
  ]).get(name);
  return typeof text === "string" ? readableValue(text) : undefined;
}

/** @param address The record's `seq` and `attempt`, as in `12.1`. */
function ofStep({ run, steps }: LoadedRun, address: string, name: string): string | undefined {
  const record = steps.find(({ seq, attempt }) => `${seq}.${attempt}` === address);
  if (record === undefined) return undefined;
  if (name === "payload") return payloadOf(record);
  const records = new Map(steps.map((step) => [step.seq, step]));
  const text =
    name === "input" ? inputOf(record, { runInput: run.input, records }).text : field(record, name);
  return typeof text === "string" ? readableValue(text) : undefined;
}

function payloadOf({ wait }: StepRecord): string | undefined {
  const read = storedValue(wait);
  return isRecord(read) && "payload" in read ? printValue(read.payload) : undefined;
}

function field(record: StepRecord, name: string): string | null | undefined {
  const { output, error, wait, state, logs } = record;
  return new Map(Object.entries({ output, error, wait, state, logs })).get(name);
}
