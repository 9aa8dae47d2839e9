/** The files that Val Town gets: all that `.vtignore` leaves. */
import ignore from "npm:ignore@7.0.16";

const ROOT = new URL("../../", import.meta.url);

/** Their paths from the root, in order. */
export async function deployedFiles(): Promise<string[]> {
  const rules = ignore().add(await Deno.readTextFile(new URL(".vtignore", ROOT)));
  const paths = await Array.fromAsync(walk("", (path) => !rules.ignores(path)));
  return paths.sort();
}

async function* walk(folder: string, isWanted: (path: string) => boolean): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}${isDirectory ? "/" : ""}`;
    if (!isWanted(path)) continue;
    if (isDirectory) yield* walk(path, isWanted);
    else yield path;
  }
}

/** The text of a file. */
export async function readDeployed(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

/** Copies the deployed files into an empty folder. */
export async function copyDeployed(target: string): Promise<void> {
  for (const path of await deployedFiles()) {
    const to = `${target}/${path}`;
    await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(new URL(path, ROOT), to);
  }
}
