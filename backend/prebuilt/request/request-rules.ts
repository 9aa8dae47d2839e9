/** Where requests may go. */
import { NonRetryableError, quote } from "../../errors.ts";
import { isAddress, isPublicAddress } from "./addresses.ts";
import { shownUrl } from "./shown-url.ts";

/** What a request step allows. */
export interface RequestRules {
  /** Only these hosts: `api.example.com`, `*.example.com`, or with a port `api.example.com:8443`. */
  readonly allowHosts: readonly string[] | undefined;
  /** Whether requests may go into private networks and to this machine. */
  readonly allowPrivateAddresses: boolean;
}

/** Finds the addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Names that are not for the internet, with all that is below them. */
const PRIVATE_NAMES = [
  "localhost",
  "local",
  "localdomain",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "onion",
];

/**
 * A URL that a request may begin with.
 *
 * @throws {NonRetryableError} With what is wrong with it.
 */
export function requestUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw refused(`${quote(text.split("?", 1)[0] ?? "")} is no URL`);
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`${shownUrl(url)} is neither http nor https`);
  }
  if (url.username === "" && url.password === "") return url;
  throw refused(`${shownUrl(url)} has a user name in it: put credentials into headers`);
}

/**
 * Refuses a URL that the rules do not allow. A name is looked up: all its addresses must be on
 * the internet.
 *
 * @throws {NonRetryableError} With the rule that refuses it.
 */
export async function assertAllowed(
  url: URL,
  rules: RequestRules,
  resolve: Resolve,
): Promise<void> {
  const { allowHosts, allowPrivateAddresses } = rules;
  if (allowHosts !== undefined && !allowHosts.some((pattern) => fits(url, pattern))) {
    throw refused(`${shownUrl(url)} is not among the hosts of allowHosts`);
  }
  if (allowPrivateAddresses) return;
  const host = hostOf(url);
  if (isAddress(host)) {
    if (!isPublicAddress(host)) throw refused(`${shownUrl(url)} is not on the internet`);
    return;
  }
  const isPrivate = PRIVATE_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
  if (isPrivate || !host.includes(".")) throw refused(`${shownUrl(url)} is not on the internet`);
  const addresses = await resolve(host);
  if (addresses.length === 0) throw new Error(`Cannot request ${shownUrl(url)}: it has no address`);
  const odd = addresses.find((address) => !isPublicAddress(address));
  if (odd === undefined) return;
  throw refused(`${shownUrl(url)} leads to ${odd}, which is not on the internet`);
}

function refused(reason: string): NonRetryableError {
  return new NonRetryableError(`Cannot request a URL: ${reason}`);
}

/** Without the brackets of an address and the dot that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.+$/, "")
    .toLowerCase();
}

function fits(url: URL, pattern: string): boolean {
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  const host = hostOf(url);
  if (port !== undefined && port !== portOf(url)) return false;
  if (!name.startsWith("*.")) return host === name.replace(/^\[|\]$/g, "");
  return host.endsWith(name.slice(1)) && host.length > name.length - 1;
}

function portOf({ port, protocol }: URL): string {
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}
