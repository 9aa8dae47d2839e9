/**
 * Two steps and a mapping between them.
 *
 * Run it: deno run -A examples/simple-workflow.ts
 */
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow, ExecutionEngine, WorkflowStorage } from "../backend/index.ts";

const City = z.object({ city: z.string().min(1) });
const Weather = z.object({ celsius: z.number() });
const Advice = z.object({ text: z.string() });

// A step has an id, says what it takes and what it puts out, and does one thing.
const fetchWeather = createStep({
  id: "fetch-weather",
  inputSchema: City,
  outputSchema: Weather,
  // Three more attempts, with growing pauses, when it throws.
  retries: 3,
  execute: ({ inputData }) => ({ celsius: inputData.city.length * 4 }),
});

const advise = createStep({
  id: "advise",
  inputSchema: Weather,
  outputSchema: Advice,
  // Earlier results, the input of the workflow and a log are at hand in every step.
  execute: ({ inputData, getInitData, log }) => {
    log.info("Looking out of the window", { celsius: inputData.celsius });
    const { city } = City.parse(getInitData());
    return { text: `${city}: ${inputData.celsius > 20 ? "sunglasses" : "a coat"}` };
  },
});

const weather = createWorkflow({ id: "weather", inputSchema: City, outputSchema: Advice })
  .then(fetchWeather)
  .map(({ inputData }) => ({ celsius: Math.round(inputData.celsius) }))
  .then(advise)
  .commit();

// The engine drives runs, the storage keeps them: "file:app.db" would outlive this program.
const engine = new ExecutionEngine(new WorkflowStorage({ url: ":memory:" }));
const run = await engine.createRun(weather, "run-1");
console.log(await run.start({ inputData: { city: "Lisbon" } }));

// What happened is stored, step by step.
const snapshot = await run.getSnapshot();
for (const [id, step] of Object.entries(snapshot?.stepResults ?? {})) {
  console.log(id, step.status === "success" ? step.output : step.status);
}

// safeStart() tells of a failure instead of throwing it; what does not fit is refused at once.
const other = await engine.createRun(weather);
await other.start({ inputData: { city: "" } }).catch((error) => console.log(error.code));
