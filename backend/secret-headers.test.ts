import { assertEquals, assertStrictEquals } from "@std/assert";
import { isSecretHeader, maskSecrets } from "./secret-headers.ts";

Deno.test("headers that hold secrets are told by their names", () => {
  const secret =
    "Authorization proxy-authorization Cookie set-cookie X-API-Key apikey api-key X-Auth-Token x-csrf-token X-Amz-Signature x-session-id client-secret X-Password";
  for (const name of secret.split(" ")) assertEquals(isSecretHeader(name), true, name);
  const open = "content-type accept user-agent x-request-id etag date location retry-after";
  for (const name of open.split(" ")) assertEquals(isSecretHeader(name), false, name);
});

Deno.test("secrets are masked in headers, at any depth, and nothing else is changed", () => {
  const value = {
    url: "https://a.example",
    headers: { Authorization: "Bearer x", accept: "text/plain" },
    nested: [{ Headers: { cookie: "x" } }, 1, null],
    authorization: "a word",
    date: new Date(0),
  };
  assertEquals(maskSecrets(value), {
    ...value,
    headers: { Authorization: "(masked)", accept: "text/plain" },
    nested: [{ Headers: { cookie: "(masked)" } }, 1, null],
  });
  for (const same of [
    7,
    "x",
    null,
    undefined,
    [1, { a: 2 }],
    { headers: { accept: "x" } },
    new Date(0),
  ]) {
    assertStrictEquals(maskSecrets(same), same);
  }
  assertEquals(maskSecrets({ headers: ["cookie"] }), { headers: ["cookie"] });
});
