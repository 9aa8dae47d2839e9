import { assert, assertEquals, assertRejects } from "@std/assert";
import { NonRetryableError } from "../../errors.ts";
import { isPublicAddress } from "./addresses.ts";
import { assertAllowed, requestUrl } from "./request-rules.ts";

const ANYWHERE = { allowHosts: undefined, allowPrivateAddresses: false };

/** Names as an attacker's server would have them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "public.example.com": ["93.184.216.34"],
  "both.example.com": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
  "dns64.example.com": ["64:ff9b::5db8:d822"],
  "local.evil.example": ["127.0.0.1"],
  "metadata.evil.example": ["169.254.169.254"],
  "private.evil.example": ["10.0.0.5"],
  "mixed.evil.example": ["93.184.216.34", "192.168.1.1"],
  "six.evil.example": ["::1"],
  "ula.evil.example": ["fd12:3456:789a::1"],
  "mapped.evil.example": ["::ffff:10.0.0.1"],
  "zone.evil.example": ["fe80::1%eth0"],
  "nat64.evil.example": ["64:ff9b::7f00:1"],
  "odd.evil.example": ["not an address"],
  "127.0.0.1.nip.example": ["127.0.0.1"],
};

function check(text: string, rules: Parameters<typeof assertAllowed>[1] = ANYWHERE): Promise<void> {
  return (async () => {
    await assertAllowed(requestUrl(text), rules, (name) => Promise.resolve(NAMES[name] ?? []));
  })();
}

/** Each must be refused for good, before anything is sent. */
const REFUSED: readonly string[] = [
  // This machine, in all notations
  "http://127.0.0.1",
  "http://127.0.0.1:8080/admin",
  "http://127.1",
  "http://127.0.1",
  "http://127.255.255.254",
  "http://0x7f.0.0.1",
  "http://0x7f.1",
  "http://0x7f000001",
  "http://0X7F000001",
  "http://2130706433",
  "http://017700000001",
  "http://0177.0.0.1",
  "http://0177.0x0.1",
  "http://00000177.0.0.01",
  "http://①②⑦.⓪.⓪.①",
  "http://127。0。0。1",
  "http://127.0.0.1.",
  "http://0",
  "http://0.0.0.0",
  "http://0x0",
  "http://localhost",
  "http://LOCALHOST",
  "http://localhost.",
  "http://localhost:6379",
  "http://a.localhost",
  "http://localhost.localdomain",
  "http://%6c%6f%63%61%6c%68%6f%73%74",
  "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  // Private networks
  "http://10.0.0.1",
  "http://10.255.255.255",
  "http://0xa.0.0.1",
  "http://167772161",
  "http://172.16.0.1",
  "http://172.31.255.255",
  "http://192.168.0.1",
  "http://192.168.1.1/router",
  "http://3232235777",
  "http://100.64.0.1",
  "http://100.127.255.255",
  // The clouds' metadata, link-local
  "http://169.254.169.254/latest/meta-data/",
  "http://169.254.0.1",
  "http://0xa9fea9fe",
  "http://2852039166",
  "http://0251.0376.0251.0376",
  "http://169.254.169.254.",
  "http://metadata.google.internal/computeMetadata/v1/",
  "http://metadata",
  "http://instance-data",
  "http://[fd00:ec2::254]/latest/meta-data/",
  "http://100.100.100.200/latest/meta-data/",
  // Special purposes
  "http://192.0.0.1",
  "http://192.0.0.192",
  "http://192.0.2.1",
  "http://192.88.99.1",
  "http://198.18.0.1",
  "http://198.19.255.255",
  "http://198.51.100.7",
  "http://203.0.113.9",
  "http://224.0.0.1",
  "http://239.255.255.250",
  "http://240.0.0.1",
  "http://255.255.255.255",
  // IPv6
  "http://[::1]",
  "http://[0:0:0:0:0:0:0:1]",
  "http://[0000::0001]",
  "http://[::]",
  "http://[::127.0.0.1]",
  "http://[::ffff:127.0.0.1]",
  "http://[::ffff:7f00:1]",
  "http://[0:0:0:0:0:ffff:127.0.0.1]",
  "http://[::ffff:10.0.0.1]",
  "http://[::ffff:169.254.169.254]",
  "http://[::ffff:0:127.0.0.1]",
  "http://[64:ff9b::127.0.0.1]",
  "http://[64:ff9b::a00:1]",
  "http://[64:ff9b::a9fe:a9fe]",
  "http://[64:ff9b:1::1]",
  "http://[fe80::1]",
  "http://[febf::1]",
  "http://[fec0::1]",
  "http://[fc00::1]",
  "http://[fd12:3456:789a::1]",
  "http://[ff02::1]",
  "http://[2001::1]",
  "http://[2001:0:7f00:1::]",
  "http://[2001:20::1]",
  "http://[2001:db8::1]",
  "http://[2002:7f00:1::]",
  "http://[2002:a00:1::]",
  "http://[3fff::1]",
  "http://[100::1]",
  "http://[5f00::1]",
  "http://[::ffff:0:0]",
  // Names of one's own network
  "http://intranet",
  "http://kubernetes",
  "http://kubernetes.default.svc.cluster.local",
  "http://printer.local",
  "http://db.internal",
  "http://wiki.corp",
  "http://nas.lan",
  "http://box.home.arpa",
  "http://hidden.onion",
  // Names that lead there
  "http://local.evil.example",
  "https://metadata.evil.example",
  "http://private.evil.example",
  "http://mixed.evil.example",
  "http://six.evil.example",
  "http://ula.evil.example",
  "http://mapped.evil.example",
  "http://zone.evil.example",
  "http://nat64.evil.example",
  "http://odd.evil.example",
  "http://127.0.0.1.nip.example",
  "http://PRIVATE.evil.example.",
  // User names, and what only looks like another host
  "http://user@93.184.216.34",
  "http://user:secret@public.example.com",
  "http://public.example.com@127.0.0.1",
  "http://public.example.com:80@10.0.0.1/",
  "http://:secret@public.example.com",
  "http://127.0.0.1#@public.example.com",
  "http://127.0.0.1\\@public.example.com",
  "http://127.0.0.1?@public.example.com",
  "http:127.0.0.1",
  "http:/127.0.0.1",
  "http:\\\\127.0.0.1",
  "ht\ntp://127.0.0.1",
  " http://127.0.0.1 ",
  // No http, or no URL
  "file:///etc/passwd",
  "ftp://public.example.com",
  "gopher://127.0.0.1:6379/_FLUSHALL",
  "data:text/plain,hello",
  "javascript:alert(1)",
  "blob:http://public.example.com/x",
  "ws://public.example.com",
  "unix:/var/run/docker.sock",
  "public.example.com",
  "//127.0.0.1",
  "/relative",
  "",
  "http://",
  "http://[::1",
  "http://256.256.256.256",
  "http://1.2.3.4.5",
];

Deno.test("at least eighty addresses are refused for good, however they are written", async () => {
  assert(new Set(REFUSED).size >= 80);
  for (const text of REFUSED) {
    await assertRejects(() => check(text), NonRetryableError, "Cannot request a URL");
  }
});

Deno.test("addresses and names of the internet are allowed", async () => {
  const allowed = [
    "http://93.184.216.34",
    "https://1.1.1.1/dns-query",
    "http://172.15.255.255",
    "http://172.32.0.1",
    "http://100.63.255.255",
    "http://169.253.255.255",
    "http://192.169.0.1",
    "http://223.255.255.255",
    "http://[2606:4700:4700::1111]/",
    "http://[::ffff:1.1.1.1]/",
    "http://[64:ff9b::1.1.1.1]/",
    "https://public.example.com:8443/path?query=1#hash",
    "https://both.example.com",
    "https://dns64.example.com",
    "https://PUBLIC.example.com.",
  ];
  for (const text of allowed) await check(text);
});

Deno.test("a name without an address may have one later", async () => {
  const error = await assertRejects(() => check("http://unknown.example.com"), Error, "no address");
  assert(!(error instanceof NonRetryableError));
});

Deno.test("what is no address is not public", () => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "a.b.c.d",
    ":",
    "::g",
    "1:2:3",
    "[::1]",
  ]) {
    assertEquals(isPublicAddress(text), false, text);
  }
});

Deno.test("with allowHosts, only those hosts are asked, and the internet is still all there is", async () => {
  const rules = {
    allowHosts: [
      "public.example.com",
      "*.wild.example",
      "ported.example:8443",
      "local.evil.example",
    ],
    allowPrivateAddresses: false,
  };
  await check("https://public.example.com/x", rules);
  const private_ = { ...rules, allowPrivateAddresses: true };
  for (const text of [
    "https://a.wild.example",
    "https://a.b.wild.example",
    "https://ported.example:8443",
    "http://LOCAL.evil.example",
  ]) {
    await check(text, private_);
  }
  for (const text of [
    "https://example.com",
    "https://evilpublic.example.com",
    "https://public.example.com.evil.example",
    "https://wild.example",
    "https://evilwild.example",
    "https://ported.example",
    "https://ported.example:8444",
    "http://local.evil.example",
    "http://10.0.0.1",
  ]) {
    await assertRejects(() => check(text, rules), NonRetryableError, "Cannot request a URL");
  }
});

Deno.test("errors do not show what may be a secret in a URL", async () => {
  for (const text of [
    "ftp://user:hunter2@public.example.com/x?token=hunter2#hunter2",
    "http://user:hunter2@public.example.com",
    "http://127.0.0.1/x?token=hunter2",
    "no url?token=hunter2",
  ]) {
    const error = await assertRejects(() => check(text), NonRetryableError);
    assert(!error.message.includes("hunter2"), error.message);
  }
});
