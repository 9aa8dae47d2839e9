import { Command } from "npm:@commander-js/extra-typings@15.1.0";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type BenchOptions, benchOptions } from "./options.ts";

function options(...args: string[]): BenchOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  return benchOptions(args, ["sleepers", "lists1M"], command);
}

Deno.test("a benchmark has five rounds of wrkflw alone, unless it is asked for something else", () => {
  assertEquals(options(), { peers: false, rounds: 5, write: false });
  const asked = options("--peers", "--rounds", "7", "--write");
  assertEquals(asked, { peers: true, rounds: 7, write: true });
  const alone = options("--only", "sleepers", "--write");
  assertEquals([alone.only, alone.write], ["sleepers", true]);
});

Deno.test("a benchmark that cannot be is refused with what can", () => {
  const refused: [string[], RegExp][] = [
    [["--rounds", "0"], /'0' is invalid.*whole number from 1/],
    [["--rounds", "0x10"], /'0x10' is invalid/],
    [["--rounds", "some"], /'some' is invalid.*whole number from 1/],
    [["--rounds", "1.5"], /'1.5' is invalid.*whole number from 1/],
    [["--only", "sleeper"], /'sleeper' is invalid. Allowed choices are sleepers, lists1M/],
    [["--round", "5"], /unknown option '--round'/],
    [["5"], /too many arguments/],
  ];
  for (const [args, message] of refused) {
    assertMatch(assertThrows(() => options(...args), Error).message, message);
  }
});
