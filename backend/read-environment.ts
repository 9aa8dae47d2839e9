interface Runtime {
  readonly Deno?: { readonly env: { get(name: string): string | undefined } };
  readonly process?: { readonly env: Readonly<Record<string, string | undefined>> };
}

/** A variable of the environment; one that is empty, or may not be read, counts as not set. */
export function readEnvironment(name: string): string | undefined {
  const { Deno, process }: Runtime = globalThis;
  try {
    const value = Deno === undefined ? process?.env[name] : Deno.env.get(name);
    return value === "" ? undefined : value;
  } catch {
    return undefined;
  }
}
