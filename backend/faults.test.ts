/** A part of the cases that `deno task faults` tries, and every deliberate break of the protocol. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DEFECTS } from "./testing/faults/defects.ts";
import { hunt } from "./testing/faults/hunt.ts";
import { DEEP_SHAPES, SHAPES } from "./testing/faults/named-shapes.ts";
import { SOUND_BUILD } from "./testing/faults/process.ts";
import { countCases } from "./testing/faults/suites.ts";
import { DEFECTS_TITLE, KILL_ROWS, ROWS, runRow, TABLE_HEAD } from "./testing/faults/table.ts";
import { sqldAvailable } from "./testing/sqld.ts";

for (const row of ROWS) {
  Deno.test({
    name: `no promise is broken: ${row.title}`,
    ignore: row.needsServer === true && !sqldAvailable(),
    fn: async () => {
      const { cases, violations } = await runRow(row, row.sample);
      assertEquals(violations.length, 0, violations[0]);
      assert(cases >= 5, `Only ${cases} cases were tried`);
    },
  });
}

/** In how many cases each defect was caught. */
const caught = new Map<string, number>();

for (const defect of DEFECTS) {
  Deno.test(`it is noticed when ${defect.name}`, async () => {
    caught.set(defect.name, (await hunt(defect)).cases);
  });
}

Deno.test("a defect that has no effect is no proof, nor one that nothing catches", async () => {
  const [some] = DEFECTS;
  assert(some !== undefined);
  const few = { suite: "many deaths", shapes: ["many-steps"] } as const;
  const none = { ...some, ...few, build: () => SOUND_BUILD };
  await assertRejects(() => hunt(none), Error, "has no effect any more");
  const harmless = {
    ...none,
    build: (onUse: () => void) => {
      onUse();
      return SOUND_BUILD;
    },
  };
  await assertRejects(() => hunt(harmless), Error, "was not caught");
});

Deno.test("there are shapes of every construct, and of each way to wait", () => {
  const text = JSON.stringify(SHAPES);
  const kinds = ["step", "workflow", "map", "parallel", "branch", "foreach", "dowhile", "dountil"];
  for (const kind of [...kinds, "sleep", "sleepUntil", "event"])
    assert(text.includes(`"kind":"${kind}"`), kind);
  for (const trait of ['"suspends":2', '"bails":true', '"sets":"shared"', '"fails":"hang"'])
    assert(text.includes(trait), trait);
  assert(SHAPES.length >= 12 && DEEP_SHAPES.length >= 6);
  assert(DEFECTS.length >= 12);
});

async function tableOfReadme(): Promise<string[][]> {
  const readme = await Deno.readTextFile(new URL("./README.md", import.meta.url));
  const [head = ""] = TABLE_HEAD;
  const table = readme.slice(readme.indexOf(head)).split("\n\n")[0] ?? "";
  const rows = table.split("\n").slice(TABLE_HEAD.length);
  return rows.map((row) => row.split("|").map((cell) => cell.trim()));
}

Deno.test("the README has a row for each suite, without a violation and with all defects caught", async () => {
  const cells = await tableOfReadme();
  assertEquals(
    cells.map(([, title]) => title),
    [...ROWS, { title: DEFECTS_TITLE }, ...KILL_ROWS].map(({ title }) => title),
  );
  for (const [, title, , violations] of cells) assertEquals(violations, "0", title);
  const found = cells.find(([, title]) => title === DEFECTS_TITLE)?.[4];
  assertEquals(found, `${DEFECTS.length} of ${DEFECTS.length}`);
});

Deno.test("the README says of each suite how many cases it has", async () => {
  const told = new Map((await tableOfReadme()).map(([, title = "", cases]) => [title, cases]));
  const counts = new Map<string, number>(KILL_ROWS.map(({ title, kills }) => [title, kills]));
  for (const { title, suite, shapes } of ROWS) counts.set(title, await countCases(suite, shapes));
  // A run of chosen tests alone has not hunted every defect.
  if (caught.size === DEFECTS.length)
    counts.set(
      DEFECTS_TITLE,
      [...caught.values()].reduce((sum, cases) => sum + cases, 0),
    );
  for (const [title, cases] of counts)
    assertEquals(told.get(title), cases.toLocaleString("en"), title);
});
