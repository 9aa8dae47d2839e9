/** Which addresses of the internet protocol lead to the internet, and not into somebody's own network. */

/** IPv4 addresses that are not on the internet, by IANA's special-purpose registry. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carriers' networks
  "127.0.0.0/8", // this machine
  "169.254.0.0/16", // link-local, the clouds' metadata among them
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
].map(rangeOf);

/** The IPv6 addresses that are on the internet ... */
const GLOBAL_IPV6 = rangeOf("2000::/3");
/** ... but for these. */
const SPECIAL_IPV6 = [
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which holds any IPv4 address
  "3fff::/20", // documentation
].map(rangeOf);

/** Ranges whose last 32 bits are an IPv4 address, which decides. */
const WITH_IPV4 = ["::ffff:0:0/96", "64:ff9b::/96"].map(rangeOf);

/** An address as a number, and of which kind it is. */
interface Address {
  readonly bits: bigint;
  readonly size: 32 | 128;
}

interface Range {
  readonly address: Address;
  readonly prefix: number;
}

/**
 * Whether an address is on the internet. What is no address is not.
 *
 * @param text Four decimal numbers, or any way to write an IPv6 address, without brackets.
 */
export function isPublicAddress(text: string): boolean {
  const address = addressOf(text);
  if (address === undefined) return false;
  if (address.size === 32) return !SPECIAL_IPV4.some((range) => isIn(address, range));
  if (WITH_IPV4.some((range) => isIn(address, range))) {
    const inner: Address = { bits: address.bits & 0xffff_ffffn, size: 32 };
    return !SPECIAL_IPV4.some((range) => isIn(inner, range));
  }
  return isIn(address, GLOBAL_IPV6) && !SPECIAL_IPV6.some((range) => isIn(address, range));
}

/** Whether a host is written as an address and not as a name. */
export function isAddress(host: string): boolean {
  return addressOf(host) !== undefined;
}

function isIn(address: Address, { address: first, prefix }: Range): boolean {
  const shift = BigInt(first.size - prefix);
  return address.size === first.size && address.bits >> shift === first.bits >> shift;
}

function rangeOf(text: string): Range {
  const [first = "", prefix] = text.split("/");
  const address = addressOf(first);
  if (address === undefined) throw new RangeError(`Cannot read the range ${text}`);
  return { address, prefix: Number(prefix) };
}

function addressOf(text: string): Address | undefined {
  return text.includes(":") ? ipv6Of(text) : ipv4Of(text);
}

function ipv4Of(text: string): Address | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split(".").map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return { bits: parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n), size: 32 };
}

/** URLs know all ways to write one, and have one way of their own. */
function ipv6Of(text: string): Address | undefined {
  const [withoutZone = ""] = text.split("%", 1);
  if (!URL.canParse(`http://[${withoutZone}]/`)) return undefined;
  const written = new URL(`http://[${withoutZone}]/`).hostname.slice(1, -1);
  const [head = "", tail] = written.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  const zeros = tail === undefined ? [] : new Array<string>(missing).fill("0");
  const all = [...groups(head), ...zeros, ...groups(tail ?? "")];
  const bits = all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return { bits, size: 128 };
}
