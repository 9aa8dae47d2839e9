import { z } from "npm:zod@4.6.7";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ValidationError, WrkflwError } from "./errors.ts";
import { assertSchema, isSchema, parse, type Schema } from "./schema.ts";

Deno.test("parse() returns what the schema made of the value", async () => {
  const schema = z.object({ n: z.coerce.number(), unit: z.string().default("y") });
  assertEquals(await parse(schema, { n: "4" }, "Bad"), { n: 4, unit: "y" });
  assertEquals(parse(schema, { n: "4" }, "Bad"), { n: 4, unit: "y" }, "nobody need wait for it");
});

Deno.test("parse() awaits schemas that check later", async () => {
  const schema = z.string().refine((text) => Promise.resolve(text === "yes"), "say yes");
  assertEquals(await parse(schema, "yes", "Bad"), "yes");
  await assertRejects(
    async () => await parse(schema, "no", "Bad answer"),
    ValidationError,
    "Bad answer: say yes",
  );
});

Deno.test("parse() lists every misfit with its place", async () => {
  const schema = z.object({ a: z.string(), list: z.array(z.number()) });
  const error = await assertRejects(
    async () => await parse(schema, { list: [1, "x"] }, "Bad"),
    ValidationError,
  );
  assertEquals(
    error.issues.map(({ path }) => path),
    [["a"], ["list", 1]],
  );
});

Deno.test("any validator that follows the standard will do", async () => {
  const even: Schema<unknown, number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        typeof value === "number" && value % 2 === 0
          ? { value }
          : { issues: [{ message: "not even", path: [{ key: "n" }, Symbol("s")] }] },
    },
  };
  assertEquals(await parse(even, 4, "Bad"), 4);
  await assertRejects(
    async () => await parse(even, 3, "Bad"),
    ValidationError,
    "Bad: n.Symbol(s): not even",
  );
});

Deno.test("what is no schema is refused with what was expected", () => {
  for (const value of [undefined, null, {}, { "~standard": {} }, "z", 5, () => true]) {
    assertEquals(isSchema(value), false);
    const error = assertThrows(() => assertSchema(value, "inputSchema"), WrkflwError);
    assertEquals(error.code, "INVALID_DEFINITION");
    assertEquals(
      error.message.startsWith("inputSchema must be a Standard Schema such as z.object("),
      true,
    );
  }
});
