import { hash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { sha256 } from "./sha256.ts";

Deno.test("a SHA-256 is what the runtime's own is, for any text", () => {
  const texts = ["", "abc", "ä\u{1f600}", "\ud800", "\0", "x".repeat(100_000)];
  for (const text of texts) assertEquals(sha256(text), hash("sha256", text, "base64url"));
});
