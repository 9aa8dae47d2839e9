/**
 * Whether this program runs on Val Town. The platform names no variable for this purpose; it
 * gives each val a token under the name `valtown`.
 *
 * @param env Reads an environment variable.
 */
export function isValTown(env: (name: string) => string | undefined): boolean {
  const token = env("valtown");
  return token !== undefined && token !== "";
}
