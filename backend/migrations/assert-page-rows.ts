import { WrkflwError } from "../errors.ts";

/** @throws {WrkflwError} With code `INVALID_ARGUMENT`, if so many rows are no page. */
export function assertPageRows(pageRows: number | undefined): void {
  if (pageRows === undefined || (Number.isSafeInteger(pageRows) && pageRows > 0)) return;
  throw new WrkflwError(
    "INVALID_ARGUMENT",
    `Cannot import old runs: pageRows is ${pageRows}; give a whole number from 1`,
  );
}
