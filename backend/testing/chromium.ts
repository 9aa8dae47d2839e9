/** A real browser for tests. */
import { type Browser, chromium } from "npm:playwright-core@1.65.1";
import { firstFile, isUsable } from "./tools.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const HINT = "Chromium was not found: apt-get install chromium, or set WRKFLW_CHROMIUM to its path";

/** Whether tests of the browser run; see {@linkcode isUsable}. */
export function chromiumAvailable(): boolean {
  return isUsable(browserPath() !== undefined, HINT);
}

/** Starts a browser, which ends when it is disposed of. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error(HINT);
  return await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

function browserPath(): string | undefined {
  return firstFile([Deno.env.get("WRKFLW_CHROMIUM"), ...PLACES]);
}
