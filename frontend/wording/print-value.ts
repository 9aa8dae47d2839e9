const INDENT = "  ";
/** Deeper values are cut short: nobody reads them, and the printer must not run out of stack. */
const MAX_DEPTH = 100;
/** Lists of plain values, and small objects in others, stay on one line up to this width. */
const MAX_LINE_CHARS = 72;

/** Writes a value as indented JSON; what JSON has no word for is named, as in `Date("…")`. */
export function printValue(value: unknown): string {
  return print(value, "", 0);
}

function print(value: unknown, indent: string, depth: number): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  if (depth > MAX_DEPTH) return "…";
  const inner = (item: unknown) => print(item, indent + INDENT, depth + 1);
  if (Array.isArray(value)) return block("[", Array.from(value, inner), "]", indent);
  return printObject(value, inner, indent);
}

function printObject(value: object, inner: (item: unknown) => string, indent: string): string {
  const scalar = printScalar(value);
  if (scalar !== undefined) return scalar;
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, item]) => `${inner(key)} => ${inner(item)}`);
    return block("Map {", entries, "}", indent);
  }
  if (value instanceof Set) return block("Set {", Array.from(value, inner), "}", indent);
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name}(${value.byteLength} bytes)`;
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${inner(item)}`,
  );
  return block("{", entries, "}", indent);
}

function printScalar(value: object): string | undefined {
  if (value instanceof Date) {
    return `Date("${Number.isNaN(value.getTime()) ? "invalid" : value.toISOString()}")`;
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`;
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  return undefined;
}

function block(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  const line = items.join(", ");
  const fits = line.length <= MAX_LINE_CHARS && !/[\n{[]/.test(line);
  if (fits && open === "[") return open + line + close;
  if (fits && indent !== "") return `${open} ${line} ${close}`;
  const lines = items.map((item) => `${indent}${INDENT}${item}`);
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}
