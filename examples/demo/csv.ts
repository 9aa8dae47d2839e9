/** A row of a CSV file by its column names, and the line of the file it stands on. */
export interface CsvRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads comma separated values whose first line names the columns. Fields cannot be quoted. */
export function parseCsv(text: string, fileName: string): CsvRow[] {
  const [header = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = header.split(",");
  return lines.map((line, index) => {
    const values = line.split(",");
    if (values.length === columns.length) return { line: index + 2, fields: pair(columns, values) };
    throw new Error(
      `Cannot read ${JSON.stringify(fileName)}: line ${index + 2} has ${values.length} fields, expected ${columns.length} (${columns.join(", ")})`,
    );
  });
}

function pair(columns: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));
}
