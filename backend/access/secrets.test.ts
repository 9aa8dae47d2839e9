import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { isSameDigest, isSameSecret, newSecret, sign } from "./secrets.ts";

const SECRET = "a-long-secret-for-tests";

Deno.test("isSameSecret() knows a secret, whatever it is made of", async () => {
  const secrets = ["", " ", "a", SECRET, "pässwörd", "鍵🔑", "nul\0byte", "x".repeat(1_000_000)];
  for (const secret of secrets) {
    assert(await isSameSecret(`${secret}`, secret), JSON.stringify(secret.slice(0, 40)));
  }
});

Deno.test("isSameSecret() takes nothing else for it", async () => {
  const wrong: readonly [what: string, given: string, expected: string][] = [
    ["another one", "b-long-secret-for-tests", SECRET],
    ["another one of the same length", "a-long-secret-for-testz", SECRET],
    ["its beginning", SECRET.slice(0, -1), SECRET],
    ["its end", SECRET.slice(1), SECRET],
    ["a longer one", `${SECRET}s`, SECRET],
    ["itself twice", SECRET + SECRET, SECRET],
    ["itself and a space", `${SECRET} `, SECRET],
    ["itself and a NUL", `${SECRET}\0`, SECRET],
    ["other letters", SECRET.toUpperCase(), SECRET],
    ["nothing", "", SECRET],
    ["something where it is empty", SECRET, ""],
    ["the same letters, composed another way", "e\u0301", "\u00e9"],
    ["letters that look the same", "\u0430", "a"],
    ["wide letters", "\uff41", "a"],
    ["another sign beyond the first plane", "\u{1f511}", "\u{1f512}"],
    ["an invisible letter more", `${SECRET}\u200b`, SECRET],
  ];
  for (const [what, given, expected] of wrong) {
    assertEquals(await isSameSecret(given, expected), false, what);
    assertEquals(await isSameSecret(expected, given), false, `${what}, the other way round`);
  }
});

Deno.test("secrets of any length are compared as digests of one length", async () => {
  const { subtle } = crypto;
  const digest = subtle.digest.bind(subtle);
  const hashed: [algorithm: unknown, bytes: number][] = [];
  const lengths: number[] = [];
  subtle.digest = async (algorithm, data) => {
    hashed.push([algorithm, data.byteLength]);
    const made = await digest(algorithm, data);
    lengths.push(made.byteLength);
    return made;
  };
  try {
    const pairs = [
      ["", "short"],
      ["short", "x".repeat(10_000)],
      ["shore", "short"],
      ["short", "short"],
    ] as const;
    for (const [given, expected] of pairs) await isSameSecret(given, expected);
  } finally {
    subtle.digest = digest;
  }
  const bytes = [0, 5, 5, 10_000, 5, 5, 5, 5];
  assertEquals(
    hashed,
    bytes.map((each) => ["SHA-256", each]),
  );
  assertEquals(lengths, Array(8).fill(32));
});

/** Bytes that count how often they are looked at. */
function counted(bytes: readonly number[]): { bytes: readonly number[]; looks: number[] } {
  const looks: number[] = [];
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks.push(Number(key));
      return Reflect.get(target, key);
    },
  });
  return { bytes: proxy, looks };
}

Deno.test("every byte of both digests is looked at once, wherever they differ", () => {
  const all = Array.from({ length: 32 }, (_, index) => index);
  for (const at of [-1, ...all]) {
    const left = counted(all);
    const right = counted(all.map((byte, index) => (index === at ? byte ^ 0x80 : byte)));
    assertEquals(isSameDigest(left.bytes, right.bytes), at === -1, `byte ${at}`);
    assertEquals([left.looks, right.looks], [all, all], `byte ${at}`);
  }
});

Deno.test("isSameDigest() takes no beginning for the whole", () => {
  const cases = [
    [[], [0]],
    [[0], []],
    [
      [1, 2],
      [1, 2, 0],
    ],
    [
      [1, 2, 0],
      [1, 2],
    ],
  ] as const;
  for (const [left, right] of cases) assertEquals(isSameDigest(left, right), false);
});

Deno.test("a new secret has 256 bits, and a signature needs both its text and its key", async () => {
  assertMatch(newSecret(), /^[0-9a-f]{64}$/);
  assertNotEquals(newSecret(), newSecret());
  const signature = await sign("text", "key");
  assertMatch(signature, /^[0-9a-f]{64}$/);
  assertEquals(await sign("text", "key"), signature);
  for (const [text, key] of [
    ["text.", "key"],
    ["text", "key."],
    ["textk", "ey"],
  ] as const) {
    assertNotEquals(await sign(text, key), signature, `${text} ${key}`);
  }
});
