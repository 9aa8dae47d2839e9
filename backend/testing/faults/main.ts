/**
 * `deno task faults`: tries every case and prints the table that `backend/README.md` holds.
 * A number as argument takes each so-many-th case only; words take only rows that contain them.
 */
import { isSqldInstalled, SQLD_HINT } from "../sqld.ts";
import {
  DEFECTS_TITLE,
  KILL_ROWS,
  lineOf,
  ROWS,
  type RowResult,
  runDefects,
  runKills,
  runRow,
  TABLE_HEAD,
} from "./table.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const [first = "", ...rest] = Deno.args;
const isNumber = /^\d+$/.test(first);
const every = isNumber ? Number(first) : 1;
const words = (isNumber ? rest : Deno.args).join(" ");
let violations = 0;

function report(result: RowResult): void {
  print(lineOf(result));
  violations += result.violations.length;
  for (const violation of result.violations.slice(0, 3)) print(`\n${violation}\n`);
}

for (const line of TABLE_HEAD) print(line);
for (const row of ROWS) {
  if (!row.title.includes(words)) continue;
  if (row.needsServer === true && !isSqldInstalled()) print(`| ${row.title} | ${SQLD_HINT} |`);
  else report(await runRow(row, every));
}
for (const row of KILL_ROWS) {
  if (!row.title.includes(words)) continue;
  if ("needsServer" in row && !isSqldInstalled()) print(`| ${row.title} | ${SQLD_HINT} |`);
  else report(await runKills(row, every));
}
if (DEFECTS_TITLE.includes(words)) report(await runDefects());
if (violations > 0) Deno.exit(1);
