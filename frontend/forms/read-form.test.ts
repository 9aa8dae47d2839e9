import { z } from "npm:zod@4.6.7";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Field, fieldName, fieldOf, fieldText } from "./form-fields.ts";
import { inputJsonSchema } from "./json-schema.ts";
import { readFields, readJson } from "./read-form.ts";

const Everything = z.object({
  name: z.string(),
  nick: z.string().optional(),
  age: z.int().min(0).max(150),
  ratio: z.number().optional(),
  isNew: z.boolean(),
  mayBe: z.boolean().optional(),
  color: z.enum(["red", "green"]),
  day: z.iso.date().optional(),
  words: z.array(z.string()),
  items: z.array(z.object({ sku: z.string() })),
  address: z.object({ street: z.string(), "a/b~c": z.string().optional() }),
  size: z.string().default("M"),
  either: z.union([z.string(), z.number()]).optional(),
});

const EXAMPLE: unknown = {
  name: "Ada\tLovelace",
  age: 36,
  isNew: false,
  color: "green",
  words: ["one", "two"],
  items: [{ sku: "tea" }],
  address: { street: "Main", "a/b~c": "x" },
  size: "L",
  either: 7,
};

function rootOf(schema: z.ZodType): Field {
  return fieldOf(inputJsonSchema(schema) ?? {});
}

/** A form filled with a value, as a browser would send it. */
function send(field: Field, value: unknown, sent = new URLSearchParams()): URLSearchParams {
  if (field.kind !== "group") {
    sent.append(fieldName(field.path), fieldText(field, value).replaceAll("\n", "\r\n"));
    return sent;
  }
  for (const each of field.fields) {
    const part: unknown =
      typeof value === "object" && value !== null
        ? Reflect.get(value, each.path.at(-1) ?? "")
        : undefined;
    send(each, part, sent);
  }
  return sent;
}

Deno.test("a form that is filled with a value and sent gives that value", () => {
  const field = rootOf(Everything);
  const { value, issues } = readFields(field, send(field, EXAMPLE));
  assertEquals(issues, []);
  assertEquals(value, EXAMPLE);
  assertEquals(Everything.parse(value), EXAMPLE);
});

Deno.test("each type has its kind of field", () => {
  const field = rootOf(Everything);
  assert(field.kind === "group");
  assertEquals(
    field.fields.map(({ label, kind, isRequired }) => `${label} ${kind}${isRequired ? "" : "?"}`),
    [
      "name text",
      "nick text?",
      "age integer",
      "ratio number?",
      "isNew yes-no",
      "mayBe yes-no?",
      "color choice",
      "day text?",
      "words lines",
      "items json",
      "address group",
      "size text?",
      "either json?",
    ],
  );
  assertEquals(rootOf(z.string()).kind, "text");
  assertEquals(rootOf(z.array(z.number())).kind, "json");
  assertEquals(rootOf(z.record(z.string(), z.number())).kind, "json");
});

Deno.test("what is left empty is left out, so that defaults apply", () => {
  const field = rootOf(Everything);
  const { value } = readFields(field, new URLSearchParams("value/name=&value/size="));
  assertEquals(value, { name: "", words: [], address: { street: "" } });
  const optional = z.object({ inner: z.object({ a: z.string() }).optional() });
  assertEquals(readFields(rootOf(optional), new URLSearchParams()).value, {});
});

Deno.test("what cannot be read is said with its place, and the rest is read", () => {
  const sent = new URLSearchParams({
    "value/age": "many",
    "value/items": "[{",
    "value/name": "Ada",
  });
  const { value, issues } = readFields(rootOf(Everything), sent);
  assertEquals(
    issues.map(({ path }) => path),
    [["age"], ["items"]],
  );
  assertStringIncludes(issues[0]?.message ?? "", 'Expected a number such as 42: got "many"');
  assertStringIncludes(issues[1]?.message ?? "", "Expected JSON");
  assertEquals(value, { name: "Ada", words: [], address: { street: "" } });
});

Deno.test("JSON is read as it is; an empty text is no value", () => {
  assertEquals(readJson(' {"a": [1]} '), { value: { a: [1] }, issues: [] });
  assertEquals(readJson("\r\n"), { value: undefined, issues: [] });
  assertEquals(readJson("{").issues.length, 1);
});

Deno.test("names of properties cannot reach the prototype", () => {
  const field: Field = fieldOf({
    type: "object",
    properties: { ["__proto__"]: { type: "string" }, constructor: { type: "string" } },
    required: ["constructor"],
  });
  const sent = new URLSearchParams({ "value/__proto__": "x", "value/constructor": "y" });
  const { value } = readFields(field, sent);
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(Reflect.get(Object.prototype, "x"), undefined);
});

Deno.test("a schema that no one can write down, or that is odd, becomes a field for JSON", () => {
  assertEquals(rootOf(z.date()).kind, "json");
  assertEquals(inputJsonSchema(undefined), undefined);
  const odd = [
    {},
    { type: ["string", "null"] },
    { type: "object" },
    { type: "object", properties: 7 },
    { enum: [1, "a"] },
    { anyOf: [{ type: "string" }] },
    { $ref: "#/$defs/x" },
  ];
  for (const schema of odd) assertEquals(fieldOf(schema).kind, "json", JSON.stringify(schema));
});
