/**
 * `deno task faults`: tries every case and prints the table that `backend/README.md` holds.
 * A number as argument takes each so-many-th case only; words take only rows that contain them.
 * Ends with 1 when a promise was broken, and with 2 when a row that was asked for could not be run.
 */
import { isSqldInstalled, SQLD_HINT } from "../sqld.ts";
import { runBeside } from "./beside.ts";
import {
  DEFECTS_TITLE,
  KILL_ROWS,
  lineOf,
  ROWS,
  type RowResult,
  runKills,
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
let leftOut = 0;

function report(result: RowResult): void {
  print(lineOf(result));
  violations += result.violations.length;
  for (const violation of result.violations.slice(0, 3)) print(`\n${violation}\n`);
}

/** Whether a row is asked for and can be run; says so of one that cannot. */
function isTaken(row: { readonly title: string; readonly needsServer?: boolean }): boolean {
  if (!row.title.includes(words)) return false;
  if (row.needsServer !== true || isSqldInstalled()) return true;
  print(`| ${row.title} | not run | | | |`);
  leftOut++;
  return false;
}

for (const line of TABLE_HEAD) print(line);
const titles = [...ROWS, { title: DEFECTS_TITLE }].filter(isTaken).map(({ title }) => title);
for await (const result of runBeside(titles, every)) report(result);
// These are about time, and so need the machine for themselves.
const notes: string[] = [];
for (const row of KILL_ROWS.filter(isTaken)) {
  const result = await runKills(row, every);
  report(result);
  notes.push(result.note);
}
for (const note of notes) print(`\n${note}`);
if (leftOut > 0) print(`\n${leftOut} rows were not run: ${SQLD_HINT}`);
if (violations > 0) Deno.exit(1);
if (leftOut > 0) Deno.exit(2);
