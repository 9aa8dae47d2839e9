/** What the pages load beside themselves. Addresses change with the content, so browsers keep it. */
import type { Context } from "npm:hono@4.13.19";
import { SCRIPT } from "./client/script.ts";
import { STYLE } from "./style.ts";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f46e5"/><path d="M7 11l4 10 5-10 5 10 4-10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** The style sheet, below the root. */
export const STYLE_PATH = `assets/style.css?v=${fingerprint(STYLE)}`;

/** The script, below the root. */
export const SCRIPT_PATH = `assets/script.js?v=${fingerprint(SCRIPT)}`;

/** The icon, below the root. */
export const ICON_PATH = `assets/icon.svg?v=${fingerprint(ICON)}`;

/** Answers with the style sheet. */
export function answerStyle(c: Context): Response {
  return answerAsset(c, STYLE, "text/css; charset=utf-8");
}

/** Answers with the script. */
export function answerScript(c: Context): Response {
  return answerAsset(c, SCRIPT, "text/javascript; charset=utf-8");
}

/** Answers with the icon. */
export function answerIcon(c: Context): Response {
  return answerAsset(c, ICON, "image/svg+xml");
}

function answerAsset(c: Context, content: string, type: string): Response {
  return c.body(content, 200, {
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
  });
}

/** Tells contents apart; it need not withstand anybody. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
