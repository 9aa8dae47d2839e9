import type { Context } from "npm:hono@4.13.19";

/** The app's own origin, as browsers see it. */
export interface OwnOrigin {
  /** Such as `https:`. */
  readonly protocol: string;
  /** With its port, where that is not the usual one. */
  readonly host: string;
}

/**
 * Where a request was sent to.
 *
 * @param trustProxy Whether the headers of a proxy say so; anybody can send them where there is none.
 */
export function ownOrigin(c: Context, trustProxy: boolean): OwnOrigin {
  const url = new URL(c.req.url);
  const direct = { protocol: url.protocol, host: c.req.header("host") ?? url.host };
  if (!trustProxy) return direct;
  const protocol = firstOf(c.req.header("x-forwarded-proto"));
  return {
    protocol: protocol === undefined ? direct.protocol : `${protocol}:`,
    host: firstOf(c.req.header("x-forwarded-host")) ?? direct.host,
  };
}

function firstOf(header: string | undefined): string | undefined {
  const first = header?.split(",")[0]?.trim().toLowerCase();
  return first === "" ? undefined : first;
}

/**
 * Whether a request that changes something was made by one of the app's own pages. Browsers
 * say where a request comes from and pages cannot change what they say.
 */
export function isFromOwnPage(c: Context, own: OwnOrigin): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  return origin !== undefined && hostOf(origin) === hostOf(`${own.protocol}//${own.host}`);
}

/** Whether a browser made the request; other programs leave these headers out. */
export function isFromBrowser(c: Context): boolean {
  return c.req.header("sec-fetch-site") !== undefined || c.req.header("origin") !== undefined;
}

/** The scheme is left out: a proxy that ends TLS makes them differ. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host || null : null;
}
