import type { Step } from "../step.ts";

/**
 * A step that can stand in a workflow as it is, and that makes others like it when it is called:
 * `.then(httpGet)` and `.then(httpGet({ id: "get-user" }))`.
 */
export function usableStep<S extends Step, Make>(step: S, make: Make): S & Make {
  // Assigned as data: a function has the properties `name` and `length`, and a step has neither.
  return Object.freeze(Object.assign(make as Make & object, step));
}
