/** A database file and the engines on it, on a clock that the test moves. */
import { type LocalClient, openLocal } from "../databases/local.ts";
import { type EngineOptions, ExecutionEngine } from "../engine.ts";
import { WorkflowStorage } from "../storage.ts";
import { FakeEffects } from "./fake-effects.ts";
import { dump } from "./old-database.ts";

/** A file of its own in a directory of its own. */
export class FilePlace implements AsyncDisposable {
  readonly effects: FakeEffects = new FakeEffects();
  readonly path: string;
  /** The connection of the engines of this process. */
  client: LocalClient;
  readonly #directory: string;

  private constructor(directory: string, client: LocalClient) {
    this.#directory = directory;
    this.path = `${directory}/app.db`;
    this.client = client;
  }

  /** A new, empty file; a lock is not waited for. */
  static async create(): Promise<FilePlace> {
    const directory = await Deno.makeTempDir({ prefix: "wrkflw-test-" });
    return new FilePlace(directory, await open(`${directory}/app.db`));
  }

  /** Closes the file and opens it again, as a new process would. */
  async reopen(): Promise<void> {
    this.client.close();
    await this.open();
  }

  /** Opens the file that is closed. */
  async open(): Promise<void> {
    this.client = await open(this.path);
  }

  /** An engine on the connection that is open now. */
  engine(options: EngineOptions = {}): ExecutionEngine {
    const { client, effects } = this;
    const storage = new WorkflowStorage({ client, effects, now: () => String(effects.now()) });
    return new ExecutionEngine(storage, { ...options, effects });
  }

  /** The whole database as text, read by another connection. */
  async dump(): Promise<string> {
    const client = await open(this.path);
    try {
      return await dump(client);
    } finally {
      client.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

function open(path: string): Promise<LocalClient> {
  return openLocal(path, { busyTimeoutMs: 0, synchronous: "NORMAL" });
}
