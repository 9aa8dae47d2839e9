/** A stand-in for a payment provider: the other side of the order workflow's `charge` step. */
import { z } from "npm:zod@4.6.7";

const Charge = z.object({ amountCents: z.int().positive(), card: z.string() });

/** The one card that the service refuses. */
export const DECLINED_CARD = "4000-0000-0000-0002";

/** Where the service answers, and how to end it. */
export interface PaymentService {
  readonly url: string;
  /** How many charges were really made. */
  charges(): number;
  close(): Promise<void>;
}

/**
 * Serves `POST /charges` on a free local port. A request with an `Idempotency-Key` that was
 * seen before gets the answer of the first one and charges nothing, as real providers do.
 */
export function startPaymentService(): PaymentService {
  const answers = new Map<string, { status: number; body: unknown }>();
  let charges = 0;

  function charge(request: unknown): { status: number; body: unknown } {
    const { success, data } = Charge.safeParse(request);
    if (!success) return { status: 400, body: { error: "Expected an amount and a card" } };
    if (data.card === DECLINED_CARD) return { status: 402, body: { error: "Card was declined" } };
    charges++;
    return { status: 200, body: { chargeId: `ch_${crypto.randomUUID().slice(0, 8)}` } };
  }

  async function answer(request: Request): Promise<Response> {
    const key = request.headers.get("Idempotency-Key") ?? crypto.randomUUID();
    const payload: unknown = await request.json().catch(() => undefined);
    const known = answers.get(key) ?? charge(payload);
    answers.set(key, known);
    return Response.json(known.body, { status: known.status });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    charges: () => charges,
    close: () => server.shutdown(),
  };
}
