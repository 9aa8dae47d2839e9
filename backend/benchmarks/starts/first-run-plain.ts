/** With a schema that is written by hand, so that no validator is loaded: openworkflow needs none. */
import type { Schema } from "../../index.ts";
import type { CountValue } from "../sample-flows.ts";
import { runOnce } from "./run-once.ts";

const count: Schema<CountValue> = {
  "~standard": {
    version: 1,
    vendor: "none",
    validate: (value) =>
      isCount(value) ? { value } : { issues: [{ message: "It is no count: give { n }" }] },
  },
};

function isCount(value: unknown): value is CountValue {
  return typeof value === "object" && value !== null && "n" in value && typeof value.n === "number";
}

await runOnce(count);
