/** Whether what a function returned is still to come. */
export function isThenable<Out>(value: Out | PromiseLike<Out>): value is PromiseLike<Out> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
