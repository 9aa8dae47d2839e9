/** Conditions as data, which nobody has to trust: they are compared, never evaluated. */
import type { DescribedSchema } from "./described.ts";
import { valueAt } from "./value-at.ts";

/** How two values are compared. */
export type ConditionOperator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "contains"
  | "startsWith"
  | "endsWith"
  | "exists";

/** What an item must be to be kept. */
export interface Condition {
  /** Where to look in the item, such as `address.city`; the item itself when it is left out. */
  readonly path?: string | undefined;
  /**
   * `=` and `!=` compare plain values and what is in lists and objects; `<` and the like compare
   * two numbers or two texts; `in` looks in the list `value`, `contains` in a list or text that the
   * item has; `exists` asks whether there is a value at all (with `value: false`, whether there is none).
   */
  readonly op: ConditionOperator;
  /** What is compared with. */
  readonly value?: unknown;
}

const TESTS: Readonly<Record<ConditionOperator, (found: unknown, value: unknown) => boolean>> = {
  "=": isSame,
  "!=": (found, value) => !isSame(found, value),
  "<": (found, value) => compare(found, value, (order) => order < 0),
  "<=": (found, value) => compare(found, value, (order) => order <= 0),
  ">": (found, value) => compare(found, value, (order) => order > 0),
  ">=": (found, value) => compare(found, value, (order) => order >= 0),
  in: (found, value) => Array.isArray(value) && value.some((each) => isSame(found, each)),
  contains: (found, value) =>
    Array.isArray(found)
      ? found.some((each) => isSame(each, value))
      : typeof found === "string" && typeof value === "string" && found.includes(value),
  startsWith: (found, value) =>
    typeof found === "string" && typeof value === "string" && found.startsWith(value),
  endsWith: (found, value) =>
    typeof found === "string" && typeof value === "string" && found.endsWith(value),
  exists: (found, value) => (found !== undefined && found !== null) === (value !== false),
};

/** What conditions look like. */
export const CONDITION_SCHEMA: DescribedSchema = {
  type: "object",
  required: ["op"],
  properties: {
    path: { type: "string", description: "Such as address.city; empty for the item itself" },
    op: { enum: Object.keys(TESTS) },
    value: {},
  },
};

/** Whether an item fulfils a condition. */
export function holds({ path = "", op, value }: Condition, item: unknown): boolean {
  return TESTS[op](valueAt(item, path), value);
}

function compare(found: unknown, value: unknown, judge: (order: number) => boolean): boolean {
  if (typeof found === "number" && typeof value === "number") return judge(found - value);
  if (typeof found !== "string" || typeof value !== "string") return false;
  return judge(found < value ? -1 : Number(found > value));
}

/** Whether two values of plain JSON are equal, in whatever order their keys stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  const isEach = (key: string) =>
    Object.hasOwn(other, key) && isSame(Reflect.get(one, key), Reflect.get(other, key));
  return keys.length === others.length && keys.every(isEach);
}
