import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyDefinition } from "../definition.ts";
import { ExecutionEngine } from "../engine.ts";
import { quote, WrkflwError } from "../errors.ts";
import { type ConnectOptions, WorkflowStorage } from "../storage.ts";

/** What every command may be told. */
export interface EngineSource {
  /** The module that exports the workflows, or an engine that has them. */
  readonly workflows?: string | undefined;
  /** The database; it goes before that of an exported engine. */
  readonly database?: string | undefined;
  /** Whether the command may make the database: a misspelt path would be made too. */
  readonly mayMake?: boolean;
}

/** Opens the storage that a command works on. */
function openStorage(source: EngineSource): WorkflowStorage {
  return new WorkflowStorage(connectOptionsOf(source));
}

/** How the database of a command is opened. */
export function connectOptionsOf({ database, mayMake = false }: EngineSource): ConnectOptions {
  return { mustExist: !mayMake, ...(database === undefined ? {} : { url: database }) };
}

/**
 * Makes an engine of what the user's module exports: an engine, or workflows, alone or in lists.
 *
 * @throws {WrkflwError} With code `INVALID_ARGUMENT`, if the module cannot be loaded, or exports
 * neither.
 */
export async function openEngine(source: EngineSource): Promise<ExecutionEngine> {
  if (source.workflows === undefined) return new ExecutionEngine(openStorage(source));
  const exported = await exportsOf(source.workflows);
  const engine = exported.find(isEngine);
  const workflows = [...(engine?.workflows ?? []), ...exported.filter(isWorkflow)];
  if (engine === undefined && workflows.length === 0) {
    throw new WrkflwError(
      "INVALID_ARGUMENT",
      `Cannot use ${quote(source.workflows)}: it exports no workflow and no engine; export the result of commit()`,
    );
  }
  if (engine !== undefined && source.database === undefined) {
    for (const workflow of workflows) engine.register(workflow);
    return engine;
  }
  return new ExecutionEngine(openStorage(source), { workflows: [...new Set(workflows)] });
}

async function exportsOf(path: string): Promise<unknown[]> {
  const specifier = /^[a-z][a-z+.-]+:/i.test(path) ? path : pathToFileURL(resolve(path)).href;
  try {
    const module: Readonly<Record<string, unknown>> = await import(specifier);
    return Object.values(module).flat();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WrkflwError("INVALID_ARGUMENT", `Cannot load ${quote(path)}: ${reason}`, { cause });
  }
}

/** By what it has, not by its class: the user's module may have another copy of the library. */
function isEngine(value: unknown): value is ExecutionEngine {
  return hasFunctions(value, ["tick", "resume", "register"]);
}

function isWorkflow(value: unknown): value is AnyDefinition {
  return hasFunctions(value, ["runParsed", "shape"]);
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "function")
  );
}
