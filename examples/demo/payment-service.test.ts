import { assertEquals, assertNotEquals } from "@std/assert";
import { DECLINED_CARD, startPaymentService } from "./payment-service.ts";

async function withService(
  test: (charge: (body: unknown, key?: string) => Promise<Answer>, made: () => number) => unknown,
): Promise<void> {
  const service = startPaymentService();
  try {
    await test((body, key) => charge(service.url, body, key), service.charges);
  } finally {
    await service.close();
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function charge(url: string, body: unknown, key?: string): Promise<Answer> {
  const response = await fetch(`${url}/charges`, {
    method: "POST",
    headers: key === undefined ? {} : { "Idempotency-Key": key },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const payment = { amountCents: 500, card: "4111" };

Deno.test("the payment service charges once for one idempotency key", () =>
  withService(async (charge, made) => {
    const first = await charge(payment, "run-1/charge");
    assertEquals(first.status, 200);
    assertEquals(await charge(payment, "run-1/charge"), first);
    assertEquals(made(), 1);
    assertNotEquals(await charge(payment, "run-2/charge"), first);
    assertEquals(made(), 2);
  }));

Deno.test("the payment service refuses a declined card and bad requests, and charges nothing", () =>
  withService(async (charge, made) => {
    assertEquals((await charge({ ...payment, card: DECLINED_CARD })).status, 402);
    for (const body of [{}, { ...payment, amountCents: -1 }, "{", null]) {
      assertEquals((await charge(body)).status, 400);
    }
    assertEquals(made(), 0);
  }));
