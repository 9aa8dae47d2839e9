import { assertEquals } from "@std/assert";
import { RecordBuffer } from "./record-buffer.ts";
import { step } from "./testing/stored-runs.ts";

function record(seq: number, output: string | null = null, input: string | null = null) {
  return step(`step-${seq}`, seq, { output, input });
}

/** Takes batches until there is nothing left. */
function batchesOf(buffer: RecordBuffer): number[][] {
  const batches: number[][] = [];
  while (!buffer.isEmpty) batches.push(buffer.take().map(({ seq }) => seq));
  return batches;
}

Deno.test("a batch has the oldest records, a hundred at most", () => {
  const buffer = new RecordBuffer();
  for (let seq = 1; seq <= 250; seq++) buffer.add(record(seq));
  const batches = batchesOf(buffer);
  assertEquals(
    batches.map((batch) => [batch[0], batch.at(-1)]),
    [
      [1, 100],
      [101, 200],
      [201, 250],
    ],
  );
});

Deno.test("a batch has two million characters at most, and one record that has more by itself", () => {
  const [large, huge] = ["x".repeat(900_000), "x".repeat(3_000_000)];
  const buffer = new RecordBuffer();
  const records = [record(1, large), record(2, null, large), record(3, large), record(4, huge)];
  for (const each of [...records, record(5), record(6)]) buffer.add(each);
  assertEquals(batchesOf(buffer), [[1, 2], [3], [4], [5, 6]]);
});

Deno.test("it is full as soon as it has a record that the next batch leaves", () => {
  for (const output of [null, "x".repeat(300_000), "x".repeat(1_999_999)]) {
    const buffer = new RecordBuffer();
    let full: number | undefined;
    for (let seq = 1; seq <= 120; seq++) {
      buffer.add(record(seq, output));
      if (buffer.isFull) full ??= seq;
    }
    const taken = buffer.take().length;
    assertEquals(full !== undefined && full <= taken + 1, true, `${full} of ${taken}`);
    while (!buffer.isEmpty) buffer.take();
    assertEquals(buffer.isFull, false);
  }
});
