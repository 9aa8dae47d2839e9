/** What a module loads before its first line runs. */

const ROOT = new URL("../../", import.meta.url);

/** The modules of this project by their paths, and what else is loaded, by its specifiers. */
export interface StaticModules {
  readonly own: readonly string[];
  readonly others: readonly string[];
}

interface Dependency {
  readonly isDynamic?: boolean;
  readonly code?: { readonly specifier?: string };
}

interface Graph {
  readonly roots: readonly string[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

/** Follows static imports, those of types left out, as the runtime itself sees them. */
export async function staticModules(path: string): Promise<StaticModules> {
  const { roots, redirects, modules } = await graphOf(path);
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const left = [...roots];
  const found = new Set<string>();
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const specifier = redirects[next] ?? next;
    if (found.has(specifier)) continue;
    found.add(specifier);
    for (const { isDynamic, code } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (isDynamic !== true && code?.specifier !== undefined) left.push(code.specifier);
    }
  }
  const isOwn = (specifier: string) => specifier.startsWith(ROOT.href);
  const all = [...found].sort();
  return {
    own: all.filter(isOwn).map((specifier) => specifier.slice(ROOT.href.length)),
    others: all.filter((specifier) => !isOwn(specifier)),
  };
}

async function graphOf(path: string): Promise<Graph> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", path],
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot read what ${path} imports`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
