interface Runtime {
  readonly Deno?: { readonly env: { get(name: string): string | undefined } };
  readonly process?: { readonly env: Readonly<Record<string, string | undefined>> };
}

/** A variable of the environment; one that is empty, or may not be read, counts as not set. */
export function readEnvironment(name: string): string | undefined {
  const runtime: Runtime = globalThis;
  try {
    // Deno takes 12 ms to make process when it is first looked at.
    const value =
      runtime.Deno === undefined ? runtime.process?.env[name] : runtime.Deno.env.get(name);
    return value === "" ? undefined : value;
  } catch {
    return undefined;
  }
}
