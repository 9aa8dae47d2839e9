import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FIELDS, type Say } from "./testing/hostile-fields.ts";
import { workflowIdOf } from "./testing/hostile-names.ts";
import { openHostileSite } from "./testing/hostile-site.ts";
import { HOSTILE_TEXTS } from "./testing/hostile-texts.ts";
import { visitsTo } from "./testing/hostile-visits.ts";

/** The answer to a visit. */
interface Seen {
  readonly name: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Every answer of a site that is filled as `say` says. */
async function seenWith(say: Say): Promise<Seen[]> {
  await using site = await openHostileSite(say);
  const seen: Seen[] = [];
  for (const [name, visit] of visitsTo(say)) {
    const { headers, ...response } = await answerTo(site.visit(visit));
    seen.push({ name, path: visit.path, headers, ...response });
  }
  return seen;
}

async function answerTo(answer: Promise<Response>): Promise<Pick<Seen, "headers" | "body">> {
  const response = await answer;
  return { headers: response.headers, body: await response.text() };
}

function isPage({ headers }: Seen): boolean {
  return headers.get("Content-Type")?.startsWith("text/html") === true;
}

/** The tags of a page with the names of their attributes, as a browser would find them. */
function structureOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "="));
}

/** A text for each field that is found nowhere else: of letters alone, so that nothing parts it. */
function mark(field: string): string {
  const index = FIELDS.findIndex(([name]) => name === field);
  const letters = [Math.floor(index / 26), index % 26].map(
    (each) => "abcdefghijklmnopqrstuvwxyz"[each],
  );
  return `mark${letters.join("")}mark`;
}

Deno.test("the table of fields says truly which pages show what", async () => {
  const seen = new Map((await seenWith(mark)).map(({ name, body }) => [name, body]));
  const wrong = FIELDS.flatMap(([field, shownIn]) => {
    const found = [...seen].filter(([, body]) => body.includes(mark(field))).map(([name]) => name);
    const missing = shownIn.filter((name) => !found.includes(name));
    const isSilent = shownIn.length === 0 && found.length > 0;
    return missing.length > 0 || isSilent ? [{ field, missing, found }] : [];
  });
  assertEquals(wrong, []);
});

Deno.test("no text becomes markup, in whatever field it stands and on whatever page", async () => {
  assert(HOSTILE_TEXTS.length >= 60);
  // What the pages make themselves, of texts that do no harm.
  const pages = (await seenWith(mark)).filter(isPage);
  assert(pages.every(({ body }) => structureOf(body).length > 20));
  const own = new Set(pages.flatMap(({ body }) => structureOf(body)));
  for (const text of HOSTILE_TEXTS) {
    for (const seen of await seenWith(() => text)) {
      const name = `${JSON.stringify(text)} in ${seen.name}`;
      assertHeadersHold(seen, name);
      if (isPage(seen)) assertPageHolds(seen, text, own, name);
    }
  }
});

function assertPageHolds(seen: Seen, text: string, own: ReadonlySet<string>, name: string): void {
  const { body, path } = seen;
  assertEquals(
    structureOf(body).filter((tag) => !own.has(tag)),
    [],
    name,
  );
  if (/[<>"'&]/.test(text)) assertEquals(body.includes(text), false, name);
  assertEquals(/[\p{Cf}\u2028]|[^\P{Cc}\n]/u.test(withoutTyped(body)), false, name);
  for (const [, attribute = "", link = ""] of body.matchAll(/ ([\w-]+)="([^"]*)"/g)) {
    if (["href", "src", "action", "data-copy-from"].includes(attribute))
      assertStays(link.replaceAll("&amp;", "&"), path, name);
  }
}

/** Links are relative, and lead to no place above the one where the app is mounted. */
function assertStays(link: string, path: string, name: string): void {
  assertMatch(link, /^(\.\/|(\.\.\/)+|#)/, name);
  const url = new URL(link, `http://localhost/base${path}`);
  assert(url.href.startsWith("http://localhost/base/"), `${name}: ${url.href}`);
}

/** No header is made of a text, and what is no page is plain text that no browser runs. */
function assertHeadersHold(seen: Seen, name: string): void {
  const { headers, path } = seen;
  const location = headers.get("Location");
  if (location !== null) assertStays(location, path, name);
  else if (!isPage(seen))
    assertMatch(headers.get("Content-Type") ?? "", /^text\/plain; ?charset=UTF-8$/, name);
  assertEquals(headers.get("X-Content-Type-Options"), "nosniff", name);
  assertMatch(headers.get("Content-Security-Policy") ?? "", /^default-src 'none'; /, name);
  assertMatch(
    headers.get("Content-Disposition") ?? "none",
    /^(none|attachment; filename="[\w-]+\.(json|mmd)")$/,
    name,
  );
  assertEquals(headers.get("Set-Cookie"), null, name);
}

/** The page without what a form sends back, or a button copies, as it is. */
function withoutTyped(page: string): string {
  return page
    .replace(/(<textarea[^>]*>)[^<]*/g, "$1")
    .replace(/ (?:value|name|data-copy|data-key)="[^"]*"/g, "");
}

Deno.test("most of the texts may be ids of workflows, and so stand in their place on every page", () => {
  const ids = HOSTILE_TEXTS.filter((text) => workflowIdOf(() => text) === text);
  assert(ids.length >= 25, `${ids.length} of ${HOSTILE_TEXTS.length}`);
});

Deno.test("characters that hide or turn text are shown as codes", async () => {
  const hidden = ["run tag", "run error", "workflow description", "question"];
  const seen = await seenWith((field) =>
    hidden.some((each) => each === field) ? "\u202eevil\u200b" : "x",
  );
  for (const name of ["runs", "run", "workflow", "run that asks"]) {
    const page = seen.find((each) => each.name === name)?.body ?? "";
    assertStringIncludes(page, "\\u202eevil\\u200b", name);
  }
});
