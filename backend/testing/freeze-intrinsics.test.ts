/** Every test of the suite runs with frozen intrinsics: this proves it of the process it runs in. */
import { assert, assertEquals, assertThrows } from "@std/assert";

const HINT = "run it with --preload=backend/testing/freeze-intrinsics.ts, as `deno task test` does";

Deno.test("the prototypes that data could reach are frozen", () => {
  for (const maker of [Object, Function, Array, String, Number, Map, Set, Date, RegExp]) {
    assert(Object.isFrozen(maker), `${maker.name} is not frozen: ${HINT}`);
    assert(Object.isFrozen(maker.prototype), `${maker.name}.prototype is not frozen: ${HINT}`);
  }
  for (const value of [new Error("x"), new TypeError("x"), Promise.resolve(), [].values()]) {
    assert(Object.isFrozen(Object.getPrototypeOf(value)), HINT);
  }
  for (const namespace of [JSON, Math, Reflect]) assert(Object.isFrozen(namespace), HINT);
});

Deno.test("a property for every object is refused, by whatever way it comes", () => {
  const reach: Readonly<Record<string, (name: string) => unknown>> = {
    assignment: (name) => Reflect.set(Object.prototype, name, true),
    definition: (name) => Reflect.defineProperty(Object.prototype, name, { value: true }),
    "a key of data": (name) => {
      const target: Record<string, Record<string, boolean>> = {};
      const key = JSON.parse('"__proto__"');
      Object.assign(target[key] ?? {}, { [name]: true });
    },
  };
  for (const [way, attempt] of Object.entries(reach)) {
    try {
      attempt("isAdmin");
    } catch (error) {
      assert(error instanceof TypeError, way);
    }
    assertEquals(Reflect.get({}, "isAdmin"), undefined, way);
  }
  assertThrows(() => Object.assign(Array.prototype, { map: () => [] }), TypeError);
});

Deno.test("objects may still have properties of the same names", () => {
  const own = Object.assign(new Error("x"), { name: "Own", toString: () => "mine" });
  assertEquals([own.name, String(own)], ["Own", "mine"]);
  class Odd extends Array {
    override map() {
      return [];
    }
  }
  assertEquals(new Odd(3).map(), []);
  assert(own.stack?.includes("freeze-intrinsics.test.ts"), "errors have a stack");
});

Deno.test("the task that runs the suite freezes every test file", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert(config.tasks.test.includes("--preload=backend/testing/freeze-intrinsics.ts"));
});
