/** An API over an empty database, with workflows that do one thing each, and how to ask it. */

import type { Hono } from "npm:hono@4.13.19";
import { z } from "npm:zod@4.6.7";
import { assertEquals } from "@std/assert";
import { type ApiOptions, createApi } from "../api/create-api.ts";
import { openLocal } from "../databases/local.ts";
import { ExecutionEngine } from "../engine.ts";
import type { SqlClient } from "../sql.ts";
import { createStep } from "../step.ts";
import { WorkflowStorage } from "../storage.ts";
import type { Workflow } from "../workflow.ts";
import { createWorkflow } from "../workflow-builder.ts";
import { ApiDocument } from "./api-document.ts";

/** What `Deno.serve` hands on with a request from this machine. */
export const LOCAL = { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 50_000 } };

/** What a request was answered with; `body` is `null` where there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** A value within the body. */
  at(...path: readonly (string | number)[]): unknown;
  /** The items of a list within the body. */
  list(...path: readonly (string | number)[]): readonly Record<string, unknown>[];
}

/** An open API. */
export interface OpenApi extends AsyncDisposable {
  readonly api: Hono;
  readonly engine: ExecutionEngine;
  readonly client: SqlClient;
  /** What the step of `fragile` does next. */
  readonly trouble: { isOn: boolean };
  /** Work that goes on after answers; await it before the test ends. */
  readonly work: Promise<unknown>[];
  /** Errors that were told to the owner. */
  readonly errors: Error[];
  /** A program's request from this machine, with a JSON body if there is one. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** What the API says of itself. */
  readonly document: ApiDocument;
  /** Every operation and status that {@linkcode OpenApi.ask} has met. */
  readonly seen: Set<string>;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

/** Opens an API without a token, unless the options have one. */
export async function openApi(options: Partial<ApiOptions> = {}): Promise<OpenApi> {
  const client = await openLocal(":memory:");
  const engine = new ExecutionEngine(new WorkflowStorage({ client }));
  const trouble = { isOn: false };
  engine.register(greet, { name: "Ada" });
  for (const workflow of [fragile(trouble), approve, pay, rich]) engine.register(workflow);
  const work: Promise<unknown>[] = [];
  const errors: Error[] = [];
  const api = createApi({
    engine,
    token: "",
    readToken: "",
    allowOrigins: [FRIEND],
    waitUntil: (each) => work.push(each),
    onError: (error) => errors.push(error),
    ...options,
  });
  const document = await documentOf(engine);
  const seen = new Set<string>();
  async function ask(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const json = body === undefined ? {} : { "Content-Type": "application/json" };
    const init = {
      method,
      headers: { Origin: FRIEND, ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await api.request(path, init, LOCAL);
    const answer = await answerOf(response);
    const verdict = document.judge(method, path, response, answer.body);
    assertEquals(verdict.faults, [], "the answer is not as the document says");
    seen.add(verdict.seen);
    return answer;
  }
  async function settled(): Promise<void> {
    while (work.length > 0) await work.pop();
  }
  return {
    api,
    engine,
    client,
    trouble,
    work,
    errors,
    ask,
    document,
    seen,
    settled,
    [Symbol.asyncDispose]: async () => {
      await settled();
      client.close();
    },
  };
}

let known: ApiDocument | undefined;

/** The document is the same for every API; reading it takes longer than most tests. */
async function documentOf(engine: ExecutionEngine): Promise<ApiDocument> {
  if (known !== undefined) return known;
  const response = await createApi({ engine, token: "" }).request("/openapi.json", {}, LOCAL);
  known = new ApiDocument(await response.json());
  return known;
}

/** A site whose pages may call the API. */
export const FRIEND = "https://friend.example";

/** Reads an answer whole. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const { status, headers } = response;
  const body: unknown = isJson ? JSON.parse(text) : text === "" ? null : text;
  const at = (...path: readonly (string | number)[]) =>
    path.reduce<unknown>((value, key) => Object(value)[key], body);
  return { status, headers, body, at, list: (...path) => Array.from(Object(at(...path))) };
}

const Name = z.object({ name: z.string().min(1), times: z.number().int().min(1).default(1) });

/** Greets somebody. */
export const greet = createWorkflow({
  id: "greet",
  description: "Greets somebody",
  inputSchema: Name,
  outputSchema: z.object({ text: z.string() }),
})
  .then(
    createStep({
      id: "compose",
      description: "Finds the words",
      inputSchema: Name,
      outputSchema: z.object({ text: z.string() }),
      execute: ({ inputData, log, setState }) => {
        log.info("composing", { name: inputData.name });
        setState({ polite: true });
        return { text: `Hello ${inputData.name}`.repeat(inputData.times) };
      },
    }),
  )
  .commit();

/** Fails while there is trouble. */
function fragile(trouble: { isOn: boolean }) {
  return createWorkflow({ id: "fragile", inputSchema: z.number(), outputSchema: z.number() })
    .then(
      createStep({
        id: "break",
        inputSchema: z.number(),
        outputSchema: z.number(),
        execute: ({ inputData }) => {
          if (trouble.isOn) throw new RangeError("broken", { cause: new Error("inner") });
          return inputData + 1;
        },
      }),
    )
    .commit();
}

const anything = { inputSchema: z.unknown(), outputSchema: z.unknown() };

/** Waits for somebody's approval. */
const approve = createWorkflow({ id: "approve", ...anything })
  .then(
    createStep({
      id: "ask",
      ...anything,
      resumeSchema: z.object({ ok: z.boolean() }),
      suspendSchema: z.object({ question: z.string() }),
      execute: ({ resumeData, suspend }) => resumeData ?? suspend({ question: "Is it right?" }),
    }),
  )
  .commit();

/** Waits for the event `paid` with its input as the match. */
const pay = createWorkflow({ id: "pay", inputSchema: z.string(), outputSchema: z.unknown() })
  .waitForEvent("paid", {
    schema: z.object({ amount: z.number() }),
    match: ({ inputData }) => inputData,
  })
  .commit();

/** Puts out values that JSON has no word for. */
const rich = createWorkflow({ id: "rich", ...anything })
  .then(
    createStep({
      id: "make",
      ...anything,
      execute: () => ({ at: new Date(0), big: 5n, tags: new Set(["a"]), none: undefined }),
    }),
  )
  .commit();

/** Starts a run and waits for it. @returns Its id. */
export async function start(
  open: OpenApi,
  workflow: string,
  inputData: unknown,
  more: object = {},
): Promise<string> {
  const path = `/workflows/${workflow}/runs?wait=10`;
  const answer = await open.ask("POST", path, { inputData, ...more });
  return String(answer.at("runId"));
}

/** A workflow whose step ends when the test says so. */
export function gated(): {
  readonly workflow: Workflow<string, number, number>;
  readonly begun: Promise<void>;
  readonly open: () => void;
} {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const step = createStep({
    id: "hold",
    inputSchema: z.number(),
    outputSchema: z.number(),
    execute: async ({ inputData }) => {
      begun.resolve();
      await gate.promise;
      return inputData + 1;
    },
  });
  const config = { id: "slow", inputSchema: z.number(), outputSchema: z.number() };
  const workflow = createWorkflow(config).then(step).commit();
  return { workflow, begun: begun.promise, open: () => gate.resolve() };
}
