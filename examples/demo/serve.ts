/** A port to begin with: the environment's `PORT`, else 8000. */
export function wantedPort(text = Deno.env.get("PORT") ?? ""): number {
  const port = text === "" ? 8000 : Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`Cannot use PORT ${JSON.stringify(text)}: expected a number from 0 to 65535`);
}

const PORTS_TO_TRY = 20;

/** Serves on the wanted port of this machine, or on the next one that is free. */
export function serveOnFreePort(
  wanted: number,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  say: (line: string) => void = console.log,
): Deno.HttpServer<Deno.NetAddr> {
  for (let port = wanted; ; port++) {
    try {
      return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, handler);
    } catch (error) {
      const isLast = port === wanted + PORTS_TO_TRY || port === 65_535;
      if (!(error instanceof Deno.errors.AddrInUse) || isLast) throw error;
      say(`Port ${port} is taken, trying ${port + 1}`);
    }
  }
}
