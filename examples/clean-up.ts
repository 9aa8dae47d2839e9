/**
 * A trip whose parts are booked one after the other. When one cannot be had, what was booked
 * before is canceled, in reverse: what some call a saga.
 *
 * Run it: deno run -A examples/clean-up.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

const Trip = z.object({ to: z.string() });
const Booked = z.object({
  to: z.string(),
  booked: z.array(z.string()),
  error: z.string().nullable(),
});
type BookedTrip = z.infer<typeof Booked>;

/** A step that books one part. A refusal is a result like any other, so that the run goes on. */
function book(part: string, cannot: (to: string) => boolean) {
  return createStep({
    id: `book-${part}`,
    inputSchema: Booked,
    outputSchema: Booked,
    // Trouble with the network is tried again; only a refusal begins the clean-up.
    retry: { attempts: 5, initialMs: 100 },
    execute: ({ inputData: trip }): BookedTrip => {
      if (trip.error !== null) return trip;
      if (cannot(trip.to)) return { ...trip, error: `No ${part} in ${trip.to}` };
      console.log(`  booked ${part}`);
      return { ...trip, booked: [part, ...trip.booked] };
    },
  });
}

const cancelPart = createStep({
  id: "cancel",
  inputSchema: z.string(),
  outputSchema: z.string(),
  // It is recorded for each part: a crash in the middle cancels nothing twice and forgets nothing.
  retry: { attempts: 10, initialMs: 1_000, factor: 3 },
  execute: ({ inputData: part }) => {
    console.log(`  canceled ${part}`);
    return part;
  },
});

const cancelAll = createWorkflow({
  id: "cancel-all",
  inputSchema: Booked,
  outputSchema: Booked,
})
  .map(({ inputData }) => inputData.booked)
  .foreach(cancelPart)
  .map(({ getInitData }) => ({ ...Booked.parse(getInitData()), booked: [] }))
  .commit();

const boat = book("boat", (to) => to === "Kathmandu");

const trip = createWorkflow({ id: "trip", inputSchema: Trip, outputSchema: Booked })
  .map(({ inputData }) => ({ ...inputData, booked: [], error: null }))
  .then(book("flight", () => false))
  .then(book("hotel", (to) => to === "Atlantis"))
  .then(boat)
  .branch([[({ inputData }) => inputData.error !== null, cancelAll]])
  .map(({ inputData, getStepResult }) => inputData["cancel-all"] ?? getStepResult(boat))
  .commit();

const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
for (const to of ["Porto", "Kathmandu", "Atlantis"]) {
  const run = await engine.createRun(trip);
  const { booked, error } = await run.start({ inputData: { to } });
  console.log(`${to}: ${error ?? booked.join(", ")}`);
}
