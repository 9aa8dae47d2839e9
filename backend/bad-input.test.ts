/** Wrong input at every door: each gets a clear error that says what to do, and nothing is stored. */
import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { proveBadInput } from "./testing/bad-inputs/bad-input.ts";
import { BAD_CALLS } from "./testing/bad-inputs/calls.ts";
import { BAD_DATABASES } from "./testing/bad-inputs/databases.ts";
import { BAD_DEFINITIONS } from "./testing/bad-inputs/definitions.ts";
import { BAD_VALUES } from "./testing/bad-inputs/values.ts";
import { World } from "./testing/world.ts";

const BAD_INPUTS = [...BAD_DEFINITIONS, ...BAD_CALLS, ...BAD_VALUES, ...BAD_DATABASES];

for (const input of BAD_INPUTS) {
  Deno.test(`${input.name} is refused`, () => proveBadInput(input));
}

Deno.test("no two wrong inputs have one name, and they are many", () => {
  assertEquals(new Set(BAD_INPUTS.map(({ name }) => name)).size, BAD_INPUTS.length);
  assertGreater(BAD_INPUTS.length, 150);
});

Deno.test("the README says how many wrong inputs are tried", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
  assertStringIncludes(readme, `proves a table of ${BAD_INPUTS.length} wrong calls`);
});

Deno.test("an unknown run has no snapshot", async () => {
  await using world = await World.create();
  assertEquals(await world.engine().loadSnapshot("none"), null);
});
