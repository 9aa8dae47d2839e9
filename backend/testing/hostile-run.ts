/** A workflow and a run of it that hold a text in everything that a diagram shows. */
import type { NodeShape } from "../node.ts";
import type { RunRecord, StepRecord, StoredRun } from "../records.ts";

/** A workflow with the text as id, kind and description, and as event that is waited for. */
export function hostileShape(label: string): NodeShape {
  // A step's id is checked when it is defined; the id of a construct of one's own may be anything.
  const named = { kind: label, id: label, description: label };
  const safe = (id: string): NodeShape => ({ kind: "step", id, description: label });
  const nested = { ...named, id: `in ${label}`, opensScope: true, children: [safe("inner")] };
  return {
    ...named,
    opensScope: true,
    children: [safe("failing"), safe("waiting"), safe("ending"), named, nested],
  };
}

/** A run of it that failed with the text, waits for it, and put it out. */
export function hostileRun(label: string): StoredRun {
  const error = { name: label, message: label, stack: label, code: label };
  const steps = [
    recordOf("failing", 1, { status: "failed", error: JSON.stringify(error) }),
    recordOf("waiting", 2, {
      status: "suspended",
      wait: JSON.stringify({ event: { name: label, match: label } }),
    }),
    recordOf("ending", 3, { output: JSON.stringify({ [label]: label }) }),
  ];
  return { run: rowOf(label), steps };
}

/** A workflow with a node for each text, in which every second node holds others. */
export function manyHostile(labels: readonly string[]): { shape: NodeShape; run: StoredRun } {
  const ids = labels.map((label) => label.replaceAll("/", "|"));
  const children = ids.map((id, index): NodeShape => {
    const node = { kind: id, id, description: labels[index] ?? "" };
    return index % 4 > 0 ? node : { ...node, children: [{ ...node, id: `in ${id}` }] };
  });
  const steps = ids.map((id, index) => {
    const error = JSON.stringify({ name: "Error", message: labels[index] });
    const output = JSON.stringify(labels[index]);
    const end = index % 2 === 0 ? ({ status: "failed", error } as const) : { output };
    return recordOf(id, index + 1, { ...end, kind: id });
  });
  return {
    shape: { kind: "workflow", id: "flow", opensScope: true, children },
    run: { run: rowOf("flow"), steps },
  };
}

function rowOf(label: string): RunRecord {
  return {
    runId: label,
    workflowId: label,
    status: "running",
    createdAt: 1,
    updatedAt: 1,
    startedAt: 1,
    endedAt: null,
    dueAt: 2,
    error: label,
    waits: null,
    position: null,
    tags: [],
    input: null,
    state: null,
    result: null,
    failure: null,
    executionPath: null,
    stepResults: null,
    inputKey: null,
    idempotencyKey: null,
    writeId: null,
    epoch: 1,
    idleClaims: 0,
    releases: 0,
    recorded: 3,
    signals: 0,
    definition: null,
    reached: 2,
  };
}

function recordOf(path: string, seq: number, given: Partial<StepRecord>): StepRecord {
  return {
    path,
    seq,
    firstSeq: seq,
    attempt: 1,
    kind: "step",
    status: "success",
    input: null,
    inputFrom: null,
    output: null,
    error: null,
    wait: null,
    state: null,
    logs: null,
    startedAt: 1,
    endedAt: 2,
    ...given,
  };
}
