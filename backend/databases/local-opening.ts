import { quote, WrkflwError } from "../errors.ts";
import { sqliteCodeOf } from "./storage-error.ts";

/**
 * Says why the file at `path` could not be opened, where the driver's own words do not:
 * `undefined` when there is nothing to add to them.
 */
export async function explainOpening(
  error: unknown,
  path: string,
): Promise<WrkflwError | undefined> {
  if (!(error instanceof Error)) return undefined;
  const reason = isDenied(error) ? deniedReason(error) : await reasonFor(error, path);
  if (reason === undefined) return undefined;
  return new WrkflwError("STORAGE_UNAVAILABLE", `Cannot open database ${quote(path)}: ${reason}`, {
    cause: error,
  });
}

/** @throws {WrkflwError} With code `STORAGE_UNAVAILABLE`, if there is no file at `path`. */
export async function assertThere(path: string): Promise<void> {
  if ((await kindOf(path)) !== "missing") return;
  throw new WrkflwError(
    "STORAGE_UNAVAILABLE",
    `Cannot open ${quote(path)}: there is no such file; check the path, or make the database with migrate`,
  );
}

/** Whether the runtime's own permission system refused. */
function isDenied(error: Error): boolean {
  return error.name === "NotCapable" || (error as { code?: unknown }).code === "ERR_ACCESS_DENIED";
}

function deniedReason(error: Error): string {
  return `this process is not allowed to use the file (${error.message}); it needs --allow-read and --allow-write for it and its directory`;
}

async function reasonFor(error: Error, path: string): Promise<string | undefined> {
  const code = sqliteCodeOf(error);
  if (code === "READONLY") {
    return "its directory is not writable, which SQLite needs to read a database in WAL mode; make the directory writable or copy the database elsewhere";
  }
  if (code !== "CANTOPEN") return undefined;
  const { dirname, resolve } = await import("node:path");
  const kind = await kindOf(path);
  if (kind === "directory") return "it is a directory; give the path of a file in it";
  if (kind === "file") return "its file or directory is not accessible; check their permissions";
  const parent = dirname(resolve(path));
  const parentKind = await kindOf(parent);
  if (parentKind === "missing") return `there is no directory ${quote(parent)}; create it first`;
  if (parentKind === "file") return `${quote(parent)} is a file; give a path in a directory`;
  return `the file cannot be created in ${quote(parent)}; make that directory writable or choose another path`;
}

async function kindOf(path: string): Promise<"file" | "directory" | "missing"> {
  const { stat } = await import("node:fs/promises");
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "file";
  }
}
