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
  #opening: Promise<Connection> | undefined;
  /** What came of it: most writes need not wait for that. */
  #opened: Connection | undefined;

  constructor(options: ConnectOptions, effects: Effects, writers: Writers) {
    this.#options = options;
    this.#effects = effects;
    this.#writers = writers;
  }

  /** Opens the database and brings its tables up to date. A failure is not remembered. */
  open(): Promise<Connection> {
    this.#opening ??= this.#openAnew();
    return this.#opening;
  }

  #openAnew(): Promise<Connection> {
    const opening = this.#connect();
    const isStillOurs = () => this.#opening === opening;
    opening.then(
      (connection) => {
        if (isStillOurs()) this.#opened = connection;
      },
      () => {
        if (isStillOurs()) this.#opening = undefined;
      },
    );
    return opening;
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#opened = undefined;
    if (opening !== undefined) (await opening).client.close();
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

  #persist<T>(verb: string, send: (to: Connection) => Promise<T>): Promise<T> {
    if (this.#opened !== undefined) return this.#sendTo(this.#opened, verb, send);
    return this.open().then((connection) => this.#sendTo(connection, verb, send));
  }

  /** The first try stands by itself: this is done for every write, and hardly ever is there another. */
  #sendTo<T>(to: Connection, verb: string, send: (to: Connection) => Promise<T>): Promise<T> {
    return send(to).catch((error) => this.#tryAgain(error, verb, () => send(to)));
  }

  async #tryAgain<T>(firstError: unknown, verb: string, send: () => Promise<T>): Promise<T> {
    let error = firstError;
    for (let tries = 1; tries < TRIES && !isFinal(error); tries++) {
      await this.#effects.sleep(RETRY_BASE_MS * 2 ** tries * (0.5 + this.#effects.random()));
      try {
        return await send();
      } catch (again) {
        error = again;
      }
    }
    throw unavailable(verb, error);
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
