import { z } from "npm:zod@4.6.7";
import { assert, assertEquals } from "@std/assert";
import { jsonSchemaOf, jsonSchemasOf } from "./json-schema.ts";
import type { Schema } from "./schema.ts";
import { createStep } from "./step.ts";

Deno.test("a zod schema is described: what it accepts, and what it makes of that", () => {
  const schema = z.object({
    name: z.string().min(1).describe("Whom to greet"),
    times: z.number().int().positive().default(1),
  });
  const input = jsonSchemaOf(schema);
  assertEquals([input?.type, input?.required], ["object", ["name"]]);
  assertEquals(Object(input?.properties).name, {
    type: "string",
    minLength: 1,
    description: "Whom to greet",
  });
  assertEquals(jsonSchemaOf(schema, "output")?.required, ["name", "times"]);
});

Deno.test("what JSON cannot say accepts anything, and does not spoil the rest", () => {
  const schema = z.object({
    at: z.date(),
    big: z.bigint().optional(),
    text: z.string().transform((text) => new Set(text)),
  });
  const input = jsonSchemaOf(schema);
  assertEquals(input?.properties, { at: {}, big: {}, text: { type: "string" } });
  assertEquals(Object(jsonSchemaOf(schema, "output")?.properties).text, {});
});

Deno.test("schemas that refer to themselves are described with references", () => {
  const Tree = z.object({
    name: z.string(),
    get children() {
      return z.array(Tree);
    },
  });
  const described = jsonSchemaOf(Tree);
  assert(JSON.stringify(described).includes("$ref"));
});

Deno.test("a schema of a library that does not describe itself has no description", () => {
  const validate = (value: unknown) => ({ value });
  const silent: Schema = { "~standard": { version: 1, vendor: "own", validate } };
  assertEquals(jsonSchemaOf(silent), undefined);
  for (const jsonSchema of [
    null,
    {},
    { input: 1 },
    { input: () => "no object" },
    {
      input: () => {
        throw new Error("cannot");
      },
    },
  ]) {
    const odd = { "~standard": { version: 1, vendor: "own", validate, jsonSchema } } as Schema;
    assertEquals(jsonSchemaOf(odd), undefined);
  }
});

Deno.test("a step is described by its schemas", () => {
  const step = createStep({
    id: "ask",
    inputSchema: z.string(),
    outputSchema: z.number(),
    resumeSchema: z.object({ ok: z.boolean() }),
    execute: () => 1,
  });
  const { input, output, resume, event } = jsonSchemasOf(step.shape());
  assertEquals(
    [input?.type, output?.type, resume?.type, event],
    ["string", "number", "object", undefined],
  );
  assertEquals(jsonSchemasOf({ kind: "map", id: "map" }), {});
});
