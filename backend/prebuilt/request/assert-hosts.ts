import { quote, WrkflwError } from "../../errors.ts";

/** A name or an address, with what stands before and behind it; nothing else of a URL. */
const HOST = /^(?:(?:\*\.)?[^\s/:*?#@[\]]+|\[[0-9a-f:.]+\])(?::\d+)?$/i;

/**
 * Refuses hosts that no URL would ever fit.
 *
 * @throws {WrkflwError} With code `INVALID_DEFINITION` and the first that is none.
 */
export function assertHosts(hosts: unknown, subject: string): void {
  if (hosts === undefined) return;
  if (!Array.isArray(hosts)) {
    throw new WrkflwError("INVALID_DEFINITION", `${subject}: allowHosts must be a list of hosts`);
  }
  const odd = hosts.findIndex((host) => typeof host !== "string" || !HOST.test(host));
  if (odd < 0) return;
  throw new WrkflwError(
    "INVALID_DEFINITION",
    `${subject}: ${quote(String(hosts[odd]))} in allowHosts is no host; write it as api.example.com, *.example.com or api.example.com:8443`,
  );
}
