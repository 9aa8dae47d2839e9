import { assertEquals } from "@std/assert";
import { type Place, Room } from "./room.ts";
import { turns } from "./testing/fake-effects.ts";

/** A room that is full, and whether somebody who waits for some of it was told. */
function fullRoom(size: number): {
  readonly room: Room;
  readonly places: Place[];
  readonly isTold: () => boolean;
} {
  const room = new Room(size);
  const places = Array.from({ length: size }, () => room.enter());
  let isTold = false;
  room.made().then(() => {
    isTold = true;
  });
  return { room, places, isTold: () => isTold };
}

/** All that is ready in this turn of the event loop, and no more. */
async function microtasks(): Promise<void> {
  for (let count = 0; count < 10; count++) await Promise.resolve();
}

Deno.test("when the work of all is over there is room in the same turn, before that is written", async () => {
  const { room, places, isTold } = fullRoom(3);
  for (const { walked } of places) {
    await microtasks();
    assertEquals(isTold(), false);
    walked();
  }
  await microtasks();
  assertEquals([isTold(), room.free], [true, 3]);
});

Deno.test("while some are at work, those that end in the turns after the first one make room together", async () => {
  const { room, places, isTold } = fullRoom(10);
  for (const { walked } of places.slice(0, 3)) {
    walked();
    await turns(1);
    assertEquals(isTold(), false);
  }
  await turns(4);
  assertEquals([isTold(), room.free], [true, 3]);
});

Deno.test("whoever waits is not told by what made room for another before", async () => {
  const { room, places, isTold } = fullRoom(2);
  places[0]?.walked();
  places[1]?.walked();
  await microtasks();
  assertEquals(isTold(), true);
  for (const _ of places) room.enter();
  let isToldAgain = false;
  room.made().then(() => {
    isToldAgain = true;
  });
  await turns(6);
  assertEquals(isToldAgain, false);
});

Deno.test("as many again as may be at work may be over and not written, and no more", () => {
  const room = new Room(2);
  const unwritten = Array.from({ length: 3 }, () => {
    const place = room.enter();
    place.walked();
    return place;
  });
  assertEquals(room.free, 1);
  unwritten[0]?.leave();
  assertEquals(room.free, 2);
});

Deno.test("what never said that its work is over makes room when it leaves, and what says so twice makes it once", async () => {
  const { room, places, isTold } = fullRoom(2);
  places[0]?.leave();
  await turns(4);
  assertEquals([isTold(), room.free], [true, 1]);
  places[1]?.walked();
  places[1]?.walked();
  places[1]?.leave();
  assertEquals(room.free, 2);
});

Deno.test("who waits for room no longer is told that there is none, and can wait again", async () => {
  const room = new Room(1);
  const { leave } = room.enter();
  const first = room.made();
  room.waitNoLonger();
  assertEquals(await first, false);
  const second = room.made();
  leave();
  assertEquals(await second, true);
});
