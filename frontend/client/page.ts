/** What the pages do beyond links and forms. Sent to browsers as text: it may use only `morph.ts`. */
import { morph } from "./morph.ts";

/** Begins to listen. Everything works without it; it only spares loading whole pages. */
export function startPage(): void {
  document.documentElement.classList.add("scripted");
  addEventListener("click", onClick);
  addEventListener("submit", onSubmit);
  addEventListener("change", onChange);
  addEventListener("popstate", () => void visit(location.href));
  addEventListener("pageshow", ({ persisted }) => persisted && freshenForms());
  document.addEventListener("visibilitychange", () => document.hidden || void refresh());
  showLocalTimes();
  watch(2_000);
}

/** Asks for the page again and again while it shows something that may change. */
export function watch(delayMs: number): void {
  setTimeout(async () => {
    const isLive = document.querySelector("main[data-live]") !== null && !document.hidden;
    const begun = performance.now();
    const isAnswered = !isLive || (await refresh());
    // Pages that take long are asked for less often; so is an app that does not answer.
    const costMs = (performance.now() - begun) * 20;
    watch(isAnswered ? Math.max(2_000, costMs) : Math.min(30_000, delayMs * 2));
  }, delayMs);
}

/** Brings the page at hand up to date. @returns Whether the app answered. */
export async function refresh(): Promise<boolean> {
  if (document.querySelector("main[data-live]") === null) return true;
  const before = location.href;
  const page = await load(before);
  if (page !== null && location.href === before) show(page, true);
  return page !== null;
}

/** Shows another view of the page at hand. */
export async function visit(address: string): Promise<void> {
  const page = await load(address);
  // Somebody went on meanwhile.
  if (location.href !== address) return;
  if (page === null) location.assign(address);
  else show(page, false);
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target !== null) target.scrollIntoView({ block: "nearest" });
}

/** The page at an address, or `null` with the reason shown. */
export async function load(address: string): Promise<Document | null> {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
    const isPage = response.ok && response.headers.get("content-type")?.startsWith("text/html");
    if (response.status === 401) say("Your session is over. ", "Log in again");
    else if (response.status === 404) say("This is gone. ", "Look again");
    else say(isPage === true ? "" : "The app failed to answer. Trying again.");
    if (isPage !== true) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    say("The app does not answer. Trying again.");
    return null;
  }
}

/** Puts another page's content in place of this one's. */
export function show(page: Document, keepsInput: boolean): void {
  const [from, to] = [document.querySelector("main"), page.querySelector("main")];
  if (from === null || to === null) {
    location.reload();
    return;
  }
  document.title = page.title;
  morph(from, to, { keepsInput });
  showLocalTimes();
}

/** Says how the connection stands; nothing where it is well. */
export function say(text: string, link = ""): void {
  const place = document.getElementById("connection");
  if (place === null || place.textContent === text + link) return;
  place.textContent = text;
  place.hidden = text === "";
  if (link === "") return;
  const anchor = document.createElement("a");
  anchor.href = location.href;
  anchor.textContent = link;
  // A link to the page at hand would only scroll.
  anchor.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  place.append(anchor);
}

/** Copies, and follows links to other views of the page at hand without loading all of it. */
export function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest<HTMLButtonElement>("button.copy") ?? null;
  if (button !== null) void copy(button);
  const link = target?.closest<HTMLAnchorElement>("main a[href]") ?? null;
  const isPlain =
    event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link === null || !isPlain || link.hasAttribute("download")) return;
  const isHere = link.origin === location.origin && link.pathname === location.pathname;
  if (!isHere || link.search === location.search) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  void visit(link.href);
}

/** Sends a form once, and filters lists in place. */
export function onSubmit(event: SubmitEvent): void {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  if (form === null) return;
  if (form.method === "get") {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value !== "") query.append(name, value);
    }
    const address = new URL(form.action);
    address.search = query.toString();
    history.pushState(null, "", address.href);
    void visit(address.href);
  } else if (form.hasAttribute("data-sent")) event.preventDefault();
  else form.setAttribute("data-sent", "");
}

/** Filters as soon as something is chosen. */
export function onChange({ target }: Event): void {
  if (target instanceof HTMLSelectElement && target.form?.method === "get") {
    target.form.requestSubmit();
  }
}

/** Somebody came back to a page whose forms were sent: they mean to send them anew. */
export function freshenForms(): void {
  for (const form of document.querySelectorAll("form[data-sent]"))
    form.removeAttribute("data-sent");
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-once]")) {
    input.value = crypto.getRandomValues(new Uint32Array(4)).join("-");
  }
}

/** Copies what a button stands for, and says that it did. */
export async function copy(button: HTMLButtonElement): Promise<void> {
  const address = button.getAttribute("data-copy-from");
  let said = "Copied";
  try {
    const text =
      address === null
        ? (button.getAttribute("data-copy") ?? "")
        : await (await fetch(address)).text();
    await navigator.clipboard.writeText(text);
  } catch {
    said = "Not copied";
  }
  button.setAttribute("data-said", said);
  setTimeout(() => button.removeAttribute("data-said"), 1_500);
}

/** Shows moments in the zone of whoever looks. */
export function showLocalTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.title = at.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    }
  }
}
