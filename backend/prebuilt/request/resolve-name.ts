/** The addresses of a name, as the system finds them. Node's module is loaded when it is needed. */
export async function resolveName(name: string): Promise<readonly string[]> {
  const { lookup } = await import("node:dns/promises");
  try {
    const found = await lookup(name, { all: true });
    return found.map(({ address }) => address);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOTFOUND") return [];
    throw error;
  }
}
