const encoder = new TextEncoder();

/** Compares two secrets in a time that says nothing of where, or by how much, they differ. */
export async function isSameSecret(given: string, expected: string): Promise<boolean> {
  return isSameDigest(await digest(given), await digest(expected));
}

/** Compares two digests of one length, every byte of them wherever they differ. */
export function isSameDigest(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  }
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** A text of 256 random bits that nobody can guess, fit for an address or a cookie. */
export function newSecret(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** The signature of a text under a key. */
export async function sign(text: string, key: string): Promise<string> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", encoder.encode(key), hmac, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
