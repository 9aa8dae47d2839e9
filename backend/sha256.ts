/** Not from `node:crypto`: Deno takes as long to load that as to load all of this library. */
import { sha256 as digestOf } from "npm:@noble/hashes@2.4.0/sha2.js";

/** The SHA-256 of a text, as 43 characters of base64url. */
export function sha256(text: string): string {
  const digest = digestOf(new TextEncoder().encode(text));
  const base64 = btoa(String.fromCharCode(...digest));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
