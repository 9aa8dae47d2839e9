/** A worker in a process of its own, as tests see it. */
import type { Execution } from "./accounts.ts";

const SCRIPT = new URL("./worker.ts", import.meta.url);
const STARTS_WITHIN_MS = 60_000;
const GOES_ON_WITHIN_MS = 60_000;
const POLL_MS = 5;

/** Starts a worker and hears what it tells. */
export class WorkerProcess {
  /** Resolves when it executes its first step. */
  readonly begun: Promise<void>;
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #heard: Promise<void>;
  readonly #lines: string[] = [];
  #isKilled = false;

  constructor(url: string, name: string) {
    this.#name = name;
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

  /**
   * Lets it stand still for so long, and waits until it went on. Returns whether its own clock
   * shows that it stood still.
   */
  async stop(ms: number): Promise<boolean> {
    this.#process.kill("SIGSTOP");
    await pause(ms);
    const continuedAt = Date.now();
    this.#process.kill("SIGCONT");
    while (!this.executions.some(({ at }) => at >= continuedAt)) {
      if (Date.now() - continuedAt > GOES_ON_WITHIN_MS)
        throw new Error(`${this.#name} did not go on after it was stopped`);
      await pause(POLL_MS);
    }
    // What it told before it heeded the signal is at the very start of the pause.
    const toldAt = this.executions.map(({ at }) => at);
    return !toldAt.some((at) => at > continuedAt - ms / 2 && at < continuedAt);
  }

  /** Ends it in the middle of its work, and returns the signal that ended it. */
  async kill(): Promise<Deno.Signal | null> {
    this.#isKilled = true;
    this.#process.kill("SIGKILL");
    const { signal } = await this.#process.status;
    await this.#process.stdin.close().catch(() => {});
    await this.#heard;
    return signal;
  }

  /** All executions, in order. */
  get executions(): Execution[] {
    return this.#lines
      .filter((line) => !line.startsWith("failed "))
      .map((line) => {
        const [key = "", at] = line.split(" ");
        return { key, at: Number(at), by: this.#name };
      });
  }

  /** What it holds to be wrong. */
  get complaints(): string[] {
    return this.#lines.filter((line) => line.startsWith("failed "));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
