/** Where a command writes. Tests give one that collects. */
export interface Terminal {
  /** Writes a line of the result. */
  out(line: string): void;
  /** Writes a line of what is no result: errors, progress. */
  err(line: string): void;
  /** Writes over the last line of progress; does nothing where nobody watches. */
  progress(text: string): void;
}

/** Columns of text, each as wide as its widest cell; the last is not padded. */
export function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Text of which a terminal executes nothing: control characters are shown as what they are. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (char) =>
    char === "\n" || char === "\t"
      ? char
      : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A moment in UTC, to the second; a dash when there is none. */
export function momentOf(ms: number | null): string {
  return ms === null ? "-" : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
