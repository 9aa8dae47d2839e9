/** An empty project of npm's with the package in it, and two versions of Node to run it with. */
const ROOT = new URL("../../", import.meta.url);
const ARCHITECTURES = { x86_64: "x64", aarch64: "arm64" } as const;
const NODE = `node-${Deno.build.os}-${ARCHITECTURES[Deno.build.arch]}`;

/** Each version of Node, by the name of its package in the project. */
export const NODES: Readonly<Record<string, string>> = {
  node22: `npm:${NODE}@22.23.3`,
  node24: `npm:${NODE}@24.9.0`,
};

const DEPENDENCIES = {
  ...NODES,
  "@hono/node-server": "2.1.9",
  "@types/node": "22.18.0",
  typescript: "5.9.3",
  zod: "4.6.7",
};

/** What a program ended with. */
export interface Ended {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is deleted in the end. */
export class NpmProject implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs wrkflw and installs it, as its users do. */
  static async create(): Promise<NpmProject> {
    const project = new NpmProject(await Deno.makeTempDir({ prefix: "wrkflw-npm-" }));
    const { folder } = project;
    const env = { DENO: Deno.execPath() };
    await succeed(await run(".ci/pack", [folder], { cwd: ROOT, env }));
    const dependencies = { ...DEPENDENCIES, "@wrkflw/wrkflw": "file:wrkflw.tgz" };
    await project.write("package.json", JSON.stringify({ type: "module", dependencies }));
    await succeed(
      await project.run("npm", [
        "install",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
      ]),
    );
    return project;
  }

  /** Writes a file of the project. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  /** Runs a program in the project's folder. */
  run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return run(command, args, { cwd: this.folder, env });
  }

  /** Runs a script with one of the versions of Node. */
  node(version: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.run(`${this.folder}/node_modules/${version}/bin/node`, args, env);
  }

  /** The path of a program that a package of the project has. */
  bin(name: string): string {
    return `${this.folder}/node_modules/.bin/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string | URL; readonly env?: Record<string, string> },
): Promise<Ended> {
  const env = { NO_COLOR: "1", WRKFLW_DATABASE_URL: "", ...options.env };
  const path = command.startsWith(".") ? new URL(command, options.cwd).pathname : command;
  const { success, stdout, stderr } = await new Deno.Command(path, {
    args: [...args],
    cwd: options.cwd,
    env,
  }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function succeed({ success, stdout, stderr }: Ended): void {
  if (!success) throw new Error(`A program failed: ${stdout}${stderr}`);
}
