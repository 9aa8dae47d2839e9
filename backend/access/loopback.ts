import type { Context } from "npm:hono@4.13.19";

/** A proxy that passes requests on makes everybody look local; these tell that there is one. */
const FORWARDING_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

/**
 * Whether a request was made on this machine, for this machine. The address it came from
 * must be known and local. The name it asked for must be local too: a page on another
 * site can point its own name at this machine and have the visitor's browser call here.
 *
 * @param address Where the connection came from; `undefined` where nobody knows.
 */
export function isFromLoopback(c: Context, address: string | undefined): boolean {
  if (address === undefined || !isLoopbackAddress(address)) return false;
  if (FORWARDING_HEADERS.some((name) => c.req.header(name) !== undefined)) return false;
  const host = c.req.header("host");
  return isLocalName(new URL(c.req.url).host) && (host === undefined || isLocalName(host));
}

function isLoopbackAddress(address: string): boolean {
  return /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address) || address === "::1";
}

function isLocalName(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** The address a connection came from, as `Deno.serve` and Hono's server for Node hand it on. */
export function remoteAddress(_request: Request, env: unknown): string | undefined {
  const remote = property(env, "remoteAddr");
  const socket = property(property(env, "incoming"), "socket");
  const address = property(remote, "hostname") ?? property(socket, "remoteAddress");
  return typeof address === "string" ? address : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
