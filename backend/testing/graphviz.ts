/** The real Graphviz for tests. */
import { firstFile, isUsable } from "./tools.ts";

const HINT = "Graphviz was not found: apt-get install graphviz";

/** Whether tests of Graphviz run; see {@linkcode isUsable}. */
export function graphvizAvailable(): boolean {
  return isUsable(program() !== undefined, HINT);
}

/**
 * What Graphviz makes of a graph.
 *
 * @param layout Such as `svg`, or `plain`, which it reads back without drawing.
 */
export async function runDot(graph: string, layout: string): Promise<string> {
  const command = program();
  if (command === undefined) throw new Error(HINT);
  const process = new Deno.Command(command, {
    args: [`-T${layout}`],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // It writes before it has read all: both at once, or both wait for ever.
  const output = process.output();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(graph));
  await writer.close();
  const { code, stdout, stderr } = await output;
  const complaint = new TextDecoder().decode(stderr);
  if (code !== 0 || complaint !== "") throw new Error(`dot ended with code ${code}: ${complaint}`);
  return new TextDecoder().decode(stdout);
}

function program(): string | undefined {
  return firstFile(["/usr/bin/dot", "/usr/local/bin/dot", "/opt/homebrew/bin/dot"]);
}
