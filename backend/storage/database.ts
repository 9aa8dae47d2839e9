import { type ConnectedClient, type ConnectOptions, connect } from "../databases/connect.ts";
import type { Effects } from "../effects.ts";
import { WrkflwError } from "../errors.ts";
import { migrate } from "../migrations/migrate.ts";
import { type ResultSet, type Row, rowsOf, type Statement } from "../sql.ts";
import { type OnLate, WriteQueue } from "./write-queue.ts";
import type { Writers } from "./writers.ts";

const TRIES = 3;
const RETRY_BASE_MS = 40;

interface Connection {
  readonly client: ConnectedClient;
  readonly queue: WriteQueue;
}

/** One database: opened and migrated when it is first used. */
export class Database {
  readonly #options: ConnectOptions;
  readonly #effects: Effects;
  readonly #writers: Writers;
  #connection: Promise<Connection> | undefined;

  constructor(options: ConnectOptions, effects: Effects, writers: Writers) {
    this.#options = options;
    this.#effects = effects;
    this.#writers = writers;
  }

  /** Opens the database and brings its tables up to date. A failure is not remembered. */
  open(): Promise<Connection> {
    this.#connection ??= this.#connect().catch((error) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) (await connection).client.close();
  }

  /**
   * Runs a statement that changes nothing.
   *
   * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, when it is not answered.
   */
  async read({ sql, args }: Statement): Promise<Row[]> {
    const result = await this.#persist("read from", ({ client }) =>
      client.execute({ sql, args: [...args] }),
    );
    return rowsOf(result);
  }

  /**
   * Sends a batch, together with what other runs write in this turn. After an error the
   * identical batch is sent again, since the answer may have been lost after it was applied:
   * so every batch must do no harm when it is applied twice.
   *
   * @param build Called once, when the batch is put together.
   * @param onLate Called when the database answers one of the tries after it was given up.
   * @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, when it is not known to be applied.
   */
  write(build: () => readonly Statement[], onLate?: OnLate): Promise<readonly ResultSet[]> {
    const statements = once(build);
    return this.#persist("write to", ({ queue }) => queue.submit(statements, onLate));
  }

  /** Sends a batch as {@linkcode Database.write} does, but not again after an error. */
  async writeOnce(build: () => readonly Statement[]): Promise<readonly ResultSet[]> {
    const { queue } = await this.open();
    return await queue.submit(build);
  }

  async #persist<T>(verb: string, send: (to: Connection) => Promise<T>): Promise<T> {
    const connection = await this.open();
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(connection);
      } catch (error) {
        if (attempt === TRIES || isFinal(error)) throw unavailable(verb, error);
        await this.#effects.sleep(RETRY_BASE_MS * 2 ** attempt * (0.5 + this.#effects.random()));
      }
    }
  }

  async #connect(): Promise<Connection> {
    const client = await connect(this.#options);
    try {
      await migrate(client, { effects: this.#effects });
    } catch (error) {
      client.close();
      throw error;
    }
    return { client, queue: new WriteQueue(client, this.#effects, this.#writers) };
  }
}

function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

/** Errors that another try cannot mend. */
function isFinal(error: unknown): boolean {
  return error instanceof WrkflwError && error.code !== "STORAGE_UNAVAILABLE";
}

function unavailable(verb: string, error: unknown): WrkflwError {
  if (error instanceof WrkflwError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new WrkflwError("STORAGE_UNAVAILABLE", `Cannot ${verb} the database: ${detail}`, {
    cause: error,
  });
}
