import type { Context } from "npm:hono@4.13.19";
import { type StepRecord, WrkflwError } from "../../backend/index.ts";
import { inputOf } from "../parts/step-input.tsx";
import type { Site } from "../site.ts";
import { readableValue } from "../wording/stored-value.ts";
import { type LoadedRun, loadRun } from "./load-run.ts";

/** Answers with one whole value of a run, as plain text. */
export async function answerValue(c: Context, site: Site): Promise<Response> {
  const loaded = await loadRun(site.engine, c.req.param("runId") ?? "");
  const name = c.req.param("name") ?? "";
  const seq = c.req.param("seq");
  const text = seq === undefined ? ofRun(loaded, name) : ofStep(loaded, seq, name);
  if (text !== null && text !== undefined) return c.text(text);
  throw new WrkflwError(
    "RUN_NOT_FOUND",
    `Cannot show this value: the run has no ${JSON.stringify(name.slice(0, 100))} there; open it from the run's page`,
  );
}

function ofRun({ run, state }: LoadedRun, name: string): string | null | undefined {
  if (name === "state") return state;
  const text = new Map([
    ["input", run.input],
    ["output", run.result],
  ]).get(name);
  return typeof text === "string" ? readableValue(text) : text;
}

function ofStep({ run, steps }: LoadedRun, seq: string, name: string): string | null | undefined {
  const records = new Map(steps.map((step) => [step.seq, step]));
  const record = records.get(Number(seq));
  if (record === undefined) return undefined;
  const text =
    name === "input" ? inputOf(record, { runInput: run.input, records }).text : field(record, name);
  return typeof text === "string" ? readableValue(text) : text;
}

function field(record: StepRecord, name: string): string | null | undefined {
  const { output, error, wait, state, logs } = record;
  return new Map(Object.entries({ output, error, wait, state, logs })).get(name);
}
