import { z } from "npm:zod@4.6.7";
import { assertEquals } from "@std/assert";
import { jsonSchemaOf } from "../json-schema.ts";
import { schemaInWords } from "./schema-in-words.ts";

function words(schema: z.ZodType, side: "input" | "output" = "input"): string {
  return schemaInWords(jsonSchemaOf(schema, side));
}

Deno.test("schemas are told as types are written", () => {
  const cases: readonly [z.ZodType, string][] = [
    [z.string(), "string"],
    [z.number().int().min(1), "integer"],
    [z.boolean(), "boolean"],
    [z.null(), "null"],
    [z.unknown(), "any"],
    [z.date(), "any"],
    [z.literal("a"), '"a"'],
    [z.enum(["a", "b"]), '"a" | "b"'],
    [z.union([z.string(), z.number()]), "string | number"],
    [z.string().nullable(), "string | null"],
    [z.array(z.string()), "string[]"],
    [z.array(z.union([z.string(), z.number()])), "(string | number)[]"],
    [z.array(z.object({ id: z.string() })), "{ id: string }[]"],
    [z.object({ name: z.string(), age: z.number().optional() }), "{ name: string, age?: number }"],
    [z.object({}), "object"],
    [z.record(z.string(), z.number()), "{ [name]: number }"],
    [
      z.object({
        a: z.object({ b: z.object({ c: z.object({ d: z.object({ e: z.string() }) }) }) }),
      }),
      "{ a: { b: { c: { d: any } } } }",
    ],
  ];
  for (const [schema, expected] of cases) assertEquals(words(schema), expected);
  const withDefault = z.object({ n: z.number().default(1) });
  assertEquals(
    [words(withDefault), words(withDefault, "output")],
    ["{ n?: number }", "{ n: number }"],
  );
});

Deno.test("what is no JSON Schema is anything", () => {
  for (const odd of [undefined, null, true, 7, "string", [], {}, { type: 7 }, { $ref: "#" }]) {
    assertEquals(schemaInWords(odd), "any");
  }
});
