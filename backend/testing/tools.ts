/** Programs that a bare machine lacks. */

/**
 * Whether tests that need a program run. Where it is missing they are ignored and a line says how
 * to get it; with `WRKFLW_REQUIRE_ALL=1` they run nevertheless, and fail.
 *
 * @param hint How to get it.
 */
export function isUsable(isInstalled: boolean, hint: string): boolean {
  if (isInstalled || Deno.env.get("WRKFLW_REQUIRE_ALL") === "1") return true;
  Deno.stderr.writeSync(new TextEncoder().encode(`Ignored some tests: ${hint}\n`));
  return false;
}

/** The first of these files that is there. */
export function firstFile(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && isFile(path));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
