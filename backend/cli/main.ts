#!/usr/bin/env node
/**
 * The command line of wrkflw: `deno task wrkflw --help`, or `npx --no-install wrkflw --help`.
 *
 * @module
 */
import process from "node:process";
import { runCli } from "./run-cli.ts";

const { stdout, stderr, argv } = process;
const isWatched = stderr.isTTY === true;
let hasProgress = false;

/** Leaves the line on which progress was written over and over. */
function clearProgress(): void {
  if (hasProgress) stderr.write("\r\u001b[2K");
  hasProgress = false;
}

process.exitCode = await runCli(argv.slice(2), {
  out: (line) => {
    clearProgress();
    stdout.write(`${line}\n`);
  },
  err: (line) => {
    clearProgress();
    stderr.write(`${line}\n`);
  },
  progress: (text) => {
    if (!isWatched) return;
    stderr.write(`\r\u001b[2K${text}`);
    hasProgress = true;
  },
});
clearProgress();
