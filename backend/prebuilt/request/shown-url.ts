/** A URL as errors show it: what follows the path may hold a secret, and so may a user name. */
export function shownUrl(url: URL): string {
  const { protocol, host, pathname } = url;
  const shown = `${protocol}//${host}${pathname}`;
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}
