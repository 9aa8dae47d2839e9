/**
 * Reads the value at a path such as `address.city` or `items.0.sku`. Only what an object has
 * itself is found; the empty path is the value itself.
 */
export function valueAt(value: unknown, path: string): unknown {
  if (path === "") return value;
  let found = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
