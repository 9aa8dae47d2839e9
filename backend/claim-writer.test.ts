/** What a claim writes, and when: a storage that answers by hand. */
import { assertEquals, assertRejects } from "@std/assert";
import { ClaimWriter } from "./claim-writer.ts";
import type { HeldClaim } from "./held-claim.ts";
import type { Commit, WriteState } from "./storage/claim.ts";
import type { WorkflowStorage } from "./storage.ts";
import { FakeEffects, turns } from "./testing/fake-effects.ts";
import { step } from "./testing/stored-runs.ts";

const APPLIED: WriteState = { isApplied: true, status: "running" };

/** A batch on its way: gathering until it is put together, then at the database. */
class Batch {
  readonly #build: () => Commit;
  readonly #answer = Promise.withResolvers<WriteState>();
  seqs: readonly number[] = [];

  constructor(build: () => Commit) {
    this.#build = build;
  }

  get answered(): Promise<WriteState> {
    return this.#answer.promise;
  }

  putTogether(): void {
    this.seqs = this.#build().steps.map(({ seq }) => seq);
  }

  async answer(answer: WriteState | Error = APPLIED): Promise<void> {
    if (answer instanceof Error) this.#answer.reject(answer);
    else this.#answer.resolve(answer);
    await turns(3);
  }

  async complete(): Promise<void> {
    this.putTogether();
    await this.answer();
  }
}

class World {
  readonly batches: Batch[] = [];
  readonly #effects = new FakeEffects();
  readonly writer: ClaimWriter;
  #seq = 0;

  constructor() {
    const claim = { run: { runId: "r", epoch: 1 }, askedAt: this.#effects.now() };
    this.writer = new ClaimWriter(claim as HeldClaim, {
      storage: { commit: (build: () => Commit) => this.#commit(build) } as WorkflowStorage,
      effects: this.#effects,
      leaseMs: 30_000,
      place: () => ({ reached: 0, position: null }),
    });
  }

  #commit(build: () => Commit): Promise<WriteState> {
    const batch = new Batch(build);
    this.batches.push(batch);
    return batch.answered;
  }

  add(count = 1, output: string | null = null): void {
    for (let added = 0; added < count; added++) this.writer.add(step("s", ++this.#seq, { output }));
  }

  /** The batch that was asked for last. */
  get latest(): Batch {
    const batch = this.batches.at(-1);
    if (batch === undefined) throw new Error("Nothing was written");
    return batch;
  }

  /** Answers all batches, one after another, and says what each had. */
  async completeAll(): Promise<number[]> {
    for (let done = 0; done < this.batches.length; done++) await this.batches[done]?.complete();
    return this.batches.map(({ seqs }) => seqs.length);
  }
}

/** Notes when a promise is settled. */
function watched(promise: Promise<unknown>): { state: string } {
  const seen = { state: "waits" };
  promise.then(
    () => Object.assign(seen, { state: "resolved" }),
    (error: Error) => Object.assign(seen, { state: error.message }),
  );
  return seen;
}

Deno.test("what is added until the batch is put together goes with it, and is waited for with it", async () => {
  const world = new World();
  world.add();
  const first = watched(world.writer.persist());
  world.add();
  world.writer.write();
  world.add();
  const second = watched(world.writer.persist());
  world.latest.putTogether();
  assertEquals([world.latest.seqs, first.state, second.state], [[1, 2, 3], "waits", "waits"]);
  await world.latest.answer();
  assertEquals([world.batches.length, first.state, second.state], [1, "resolved", "resolved"]);
});

Deno.test("what is added when the batch is on its way goes with the next one, waited for or not", async () => {
  for (const waits of [true, false]) {
    const world = new World();
    world.add();
    world.writer.write();
    world.latest.putTogether();
    world.add();
    const later = waits ? watched(world.writer.persist()) : undefined;
    if (!waits) world.writer.write();
    await world.latest.answer();
    assertEquals([world.batches.length, later?.state], [2, waits ? "waits" : undefined]);
    await world.latest.complete();
    assertEquals([world.latest.seqs, later?.state], [[2], waits ? "resolved" : undefined]);
  }
});

Deno.test("what is too much for the batch is written with further ones, though nobody waits for it", async () => {
  const many = new World();
  many.add();
  many.writer.write();
  many.add(230);
  many.writer.write();
  assertEquals(await many.completeAll(), [100, 100, 31]);
  const large = new World();
  large.add();
  large.writer.write();
  large.add(4, "x".repeat(900_000));
  large.writer.write();
  assertEquals(await large.completeAll(), [3, 2]);
});

Deno.test("who waits for more than the batch takes waits for all of it", async () => {
  const world = new World();
  world.add();
  world.writer.write();
  world.add(150);
  const all = watched(world.writer.persist());
  await world.latest.complete();
  assertEquals([world.batches.length, all.state], [2, "waits"]);
  await world.latest.complete();
  assertEquals([world.batches.length, all.state], [2, "resolved"]);
});

Deno.test("where there is nothing to write, nothing is written and nobody waits", async () => {
  const world = new World();
  await world.writer.persist();
  world.writer.write();
  assertEquals(world.batches, []);
});

Deno.test("a batch that fails, or was not applied, fails all who wait for it, and nothing is written any more", async () => {
  const lost: WriteState = { isApplied: false, status: "canceled" };
  for (const [answer, message] of [
    [new Error("away"), "away"],
    [lost, 'Lost run "r": its status is "canceled" now, and another process may have it'],
  ] as const) {
    const world = new World();
    world.add();
    const waiting = [watched(world.writer.persist()), watched(world.writer.persist())];
    world.latest.putTogether();
    world.add();
    const later = watched(world.writer.persist());
    world.writer.write();
    await world.latest.answer(answer);
    assertEquals(
      [...waiting, later].map(({ state }) => state),
      [message, message, message],
    );
    await assertRejects(() => world.writer.persist(), Error, message);
    world.writer.write();
    assertEquals(world.batches.length, 1);
  }
});

Deno.test("once the writer has failed, nobody waits for the batch that is gathering", async () => {
  const world = new World();
  world.add();
  const before = watched(world.writer.persist());
  world.writer.fail(new Error("stopped"));
  await assertRejects(() => world.writer.persist(), Error, "stopped");
  await world.latest.complete();
  assertEquals([before.state, world.batches.length], ["stopped", 1]);
});

Deno.test("what is put down once the claim may be lost does not go with the batch that is gathering", () => {
  const world = new World();
  world.add();
  world.writer.write();
  world.writer.fail(new Error("It may be lost"));
  world.add();
  world.latest.putTogether();
  assertEquals(world.latest.seqs, [1]);
});

Deno.test("the end of a claim takes all that was added with it", async () => {
  const world = new World();
  world.add();
  world.writer.write();
  await world.latest.complete();
  world.add(2);
  const end = { status: "success" } as Parameters<ClaimWriter["settle"]>[0];
  const settled = world.writer.settle(end);
  await turns(3);
  world.latest.putTogether();
  await world.latest.answer({ isApplied: true, status: "success" });
  assertEquals([await settled, world.latest.seqs], ["success", [2, 3]]);
  await assertRejects(() => world.writer.persist(), Error, "given back");
});
