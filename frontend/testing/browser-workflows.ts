/** Workflows whose runs the tests in a browser look at. */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";

const Text = z.string();

/** A step that gives its input back. */
function pass(id: string) {
  return createStep({
    id,
    inputSchema: Text,
    outputSchema: Text,
    execute: ({ inputData, log }) => {
      log.info(`${id} was here`);
      return inputData;
    },
  });
}

/** A gate that a step waits at until a test opens it. */
export class Gate {
  readonly #waiting = Promise.withResolvers<void>();
  /** Lets the step go on. */
  readonly open = (): void => this.#waiting.resolve();
  /** Resolves when it is open. */
  readonly opened: Promise<void> = this.#waiting.promise;
}

/** Has a step that takes until the gate opens, between two others. */
export function slowWorkflow(gate: Gate) {
  const slow = createStep({
    id: "slow",
    description: "Waits at the gate",
    inputSchema: Text,
    outputSchema: Text,
    execute: async ({ inputData }) => {
      await gate.opened;
      return `${inputData} at last`;
    },
  });
  return createWorkflow({
    id: "slow-work",
    description: "Takes its time",
    inputSchema: z.object({
      name: z.string().describe("Who asks for it"),
      count: z.int().min(1).max(9).default(3),
      mode: z.enum(["gentle", "rough"]),
      isDry: z.boolean().optional(),
      words: z.array(z.string()),
    }),
    outputSchema: Text,
  })
    .map(({ inputData }) => inputData.name)
    .then(pass("prepare"))
    .then(slow)
    .then(pass("finish"))
    .commit();
}

/** Fails twice at its second step, each time after two attempts, until it is mended. */
export function brokenWorkflow(state: { isMended: boolean }) {
  const fragile = createStep({
    id: "fragile",
    inputSchema: Text,
    outputSchema: Text,
    retry: { attempts: 2, initialMs: 1, jitter: false },
    execute: ({ inputData, log }) => {
      log.warn("Trying it");
      if (!state.isMended)
        throw new RangeError("No paper left", { cause: new TypeError("Tray 2") });
      return inputData;
    },
  });
  return createWorkflow({ id: "broken", inputSchema: Text, outputSchema: Text })
    .then(pass("before"))
    .then(fragile)
    .commit();
}

/** Asks a person, in a branch. */
export const approval = createWorkflow({
  id: "approval",
  description: "Asks before it pays",
  inputSchema: z.object({ cents: z.int() }),
  outputSchema: Text,
})
  .branch([], {
    otherwise: createStep({
      id: "ask",
      inputSchema: z.object({ cents: z.int() }),
      outputSchema: Text,
      resumeSchema: z.object({ approved: z.boolean(), by: z.string().min(2, "expected a name") }),
      suspendSchema: z.object({ question: z.string() }),
      execute: ({ inputData, resumeData, suspend }) => {
        if (resumeData === undefined) return suspend({ question: `Pay ${inputData.cents} cents?` });
        return `${resumeData.approved ? "paid" : "refused"} by ${resumeData.by}`;
      },
    }),
  })
  .map(({ inputData }) => inputData.ask ?? "nobody was asked")
  .commit();

/** Waits for an event, then sleeps for long. */
export const delivery = createWorkflow({
  id: "delivery",
  inputSchema: Text,
  outputSchema: Text,
})
  .then(pass("pack"))
  .waitForEvent("parcel.sent", {
    schema: z.object({ code: z.string() }),
    match: "p-1",
    timeoutMs: 86_400_000,
  })
  .map(({ inputData }) => inputData.code)
  .sleep("7d")
  .commit();

/** Has every kind of box: beside each other, in a list, in a loop, nested. */
export const everything = createWorkflow({
  id: "everything",
  description: "Uses each construct once",
  inputSchema: z.array(Text),
  outputSchema: Text,
})
  .foreach(pass("each"), { concurrency: 2 })
  .map(({ inputData }) => inputData.join(" "))
  .parallel([pass("left"), pass("right")])
  .map(({ inputData }) => inputData.left ?? "")
  .dountil(pass("again"), ({ iterationCount }) => iterationCount >= 3)
  .then(
    createWorkflow({ id: "inner", inputSchema: Text, outputSchema: Text })
      .then(pass("deep"))
      .commit(),
  )
  .commit();
