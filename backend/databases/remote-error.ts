/** What a client of a database on another machine throws, told as an error of this library. */
import { WrkflwError } from "../errors.ts";
import { storageError } from "./storage-error.ts";

/** The database understood the request and refused the statement. */
const STATEMENT_FAULT = /^(?:SQL_|SQLITE_|ARGS_)/;

/**
 * Turns an error of a remote database's client into one with code `STORAGE_UNAVAILABLE` or
 * `STORAGE_CORRUPT`, its `cause` kept. An error of the statement itself comes back as it is.
 *
 * @param subject Names the database in the message.
 */
export function remoteError(error: unknown, subject: string): unknown {
  const known = storageError(error, subject);
  if (known !== error || known instanceof WrkflwError || isStatementFault(error)) return known;
  const status = statusOf(error);
  const advice =
    status === 401 || status === 403
      ? `the server refused access (status ${status}); check the access token`
      : `the server did not answer as expected (${describe(error)}); check the URL, the network and the server`;
  return new WrkflwError("STORAGE_UNAVAILABLE", `Cannot use ${subject}: ${advice}`, {
    cause: error,
  });
}

function isStatementFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // An integer beyond 2^53 was read.
  if (error instanceof RangeError) return true;
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === "string" && STATEMENT_FAULT.test(code);
}

function statusOf(error: unknown): number | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const status: unknown =
    cause instanceof Error ? (cause as { status?: unknown }).status : undefined;
  return typeof status === "number" ? status : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !error.message.includes(error.cause.message)
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}
