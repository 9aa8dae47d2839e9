/** A worker in a process of its own, as tests see it. */
const SCRIPT = new URL("./worker.ts", import.meta.url);
const STARTS_WITHIN_MS = 60_000;

/** Starts a worker and hears what it tells. */
export class WorkerProcess {
  /** Resolves when it executes its first step. */
  readonly begun: Promise<void>;
  readonly #process: Deno.ChildProcess;
  readonly #heard: Promise<void>;
  readonly #lines: string[] = [];
  #isKilled = false;

  constructor(url: string, name: string) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--no-lock", SCRIPT.href, url, name],
      // It ends by itself when this process does.
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const first = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => first.reject(new Error(`${name} executed nothing`)),
      STARTS_WITHIN_MS,
    );
    this.begun = first.promise.finally(() => clearTimeout(timer));
    this.#heard = this.#hear(first.resolve).then(() => {
      if (!this.#isKilled) first.reject(new Error(`${name} ended by itself`));
    });
  }

  async #hear(onFirst: () => void): Promise<void> {
    const text = this.#process.stdout.pipeThrough(new TextDecoderStream());
    let rest = "";
    for await (const chunk of text) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
      if (this.#lines.length > 0) onFirst();
    }
  }

  /** Lets it stand still for so long. */
  async stop(ms: number): Promise<void> {
    this.#process.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#process.kill("SIGCONT");
  }

  /** Ends it in the middle of its work. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#process.stdin.close().catch(() => {});
    await this.#heard;
  }

  /** The keys of all executions. */
  get keys(): string[] {
    return this.#lines.filter((line) => !line.startsWith("failed "));
  }

  /** What it holds to be wrong. */
  get complaints(): string[] {
    return this.#lines.filter((line) => line.startsWith("failed "));
  }

  /** The runs that it executed a step of last: of each of its loops one. */
  get lastRuns(): Set<string> {
    const runs = this.keys.map((key) => key.slice(0, key.lastIndexOf("/")));
    const latest = new Map(runs.map((run) => [run.replace(/-\d+$/, ""), run]));
    return new Set(latest.values());
  }
}
