import assert from "node:assert/strict";
import { test } from "node:test";

import { LayoutChoice } from "../../proconf_tui/server/page/js/core/layout_choice.js";
import { place } from "../../proconf_tui/server/page/js/core/placing.js";
import { Floor, Seating } from "../../proconf_tui/server/page/js/core/seating.js";
import { SpeakingHold, loudness } from "../../proconf_tui/server/page/js/core/speaking.js";
import { LYING, UPRIGHT, arrange, noteOfTile, tilesOf } from "../../proconf_tui/server/page/js/core/tiles.js";

const ASPECT = 16 / 9;
const FIXED = { widest: ASPECT, narrowest: ASPECT, narrow: 1 };

function person(peerId, more = {}) {
  return {
    peerId,
    name: peerId,
    isMe: false,
    hasCamera: true,
    hasScreen: false,
    isLoud: false,
    levelDbov: null,
    joinedAt: 1,
    ...more,
  };
}

function keys(people, choice) {
  const all = { pinned: null, speaker: null, layout: "grid", ...choice };
  return tilesOf(people, all).map((tile) => tile.key);
}

const crowd = (count) =>
  Array.from({ length: count }, (_, index) => person(`p${index}`, { isMe: index === count - 1 }));

const tilesIn = (people) => tilesOf(people, { pinned: null, speaker: null, layout: "grid" });

test("oneself is last and screens are first", () => {
  const people = [
    person("me", { isMe: true, hasScreen: true }),
    person("ada", { hasScreen: true }),
    person("bob"),
  ];
  assert.deepEqual(keys(people), [
    "ada:screen",
    "ada:video",
    "bob:video",
    "me:screen",
    "me:video",
  ]);
});

test("a pinned tile comes before all", () => {
  const people = [person("ada", { hasScreen: true }), person("bob"), person("me", { isMe: true })];
  assert.equal(keys(people, { pinned: "bob:video", layout: "speaker" })[0], "bob:video");
  assert.equal(keys(people, { pinned: "gone:video" })[0], "ada:screen");
});

test("in the speaker's layout a screen is large, then who has the floor, never oneself", () => {
  const me = person("me", { isMe: true });
  const [ada, bob] = [person("ada", { hasCamera: false }), person("bob")];
  const large = (people, speaker) => keys(people, { layout: "speaker", speaker })[0];
  assert.equal(large([ada, bob, me], "ada"), "ada:video");
  assert.equal(large([ada, bob, me], null), "bob:video");
  assert.equal(large([me], "me"), "me:video");
  assert.equal(large([ada, person("bob", { hasScreen: true }), me], "ada"), "bob:screen");
});

test("tiles are as large as can be for their count", () => {
  assert.deepEqual(arrange(1, 1600, 900, FIXED), {
    columns: 1,
    rows: 1,
    tileWidthPx: 1600,
    tileHeightPx: 900,
  });
  assert.equal(arrange(4, 1600, 900, FIXED).columns, 2);
  assert.equal(arrange(2, 390, 700, FIXED).columns, 1);
  assert.equal(arrange(2, 1600, 400, FIXED).columns, 2);
  assert.equal(arrange(0, 1600, 900, FIXED).columns, 0);
});

test("no other number of columns would give larger tiles", () => {
  for (let count = 1; count <= 25; count += 1) {
    for (const [widthPx, heightPx] of [[1280, 640], [1900, 980], [390, 640], [320, 420]]) {
      const { tileWidthPx, tileHeightPx, columns, rows } = arrange(count, widthPx, heightPx, FIXED);
      assert.ok(columns * rows >= count && columns * (rows - 1) < count);
      assert.ok(columns * tileWidthPx <= widthPx && rows * tileHeightPx <= heightPx);
      for (let other = 1; other <= count; other += 1) {
        const high = heightPx / Math.ceil(count / other);
        const wide = Math.min(widthPx / other, high * ASPECT);
        assert.ok(Math.floor(wide) * Math.floor(wide / ASPECT) <= tileWidthPx * tileHeightPx + 1);
      }
    }
  }
});

test("tiles of a range of shapes fill an upright pane better", () => {
  const { tileWidthPx, tileHeightPx } = arrange(2, 390, 700, UPRIGHT);
  assert.deepEqual([tileWidthPx, tileHeightPx], [390, 350]);
});

test("pictures are cut only where that fills the room", () => {
  const shapeIn = (count, widthPx, heightPx) => {
    const { tileWidthPx, tileHeightPx } = arrange(count, widthPx, heightPx, LYING);
    return [tileWidthPx, tileHeightPx];
  };
  assert.deepEqual(shapeIn(2, 1280, 690), [640, 360]);
  assert.deepEqual(shapeIn(2, 1280, 450), [640, 450]);
  assert.deepEqual(shapeIn(1, 1280, 690), [1226, 690]);
});

test("no tile jumps while a window is dragged narrower", () => {
  const heights = Array.from(
    { length: 600 },
    (_, index) => arrange(1, 1200 - index, 600, LYING).tileHeightPx,
  );
  assert.ok(heights.every((height, index) => Math.abs(height - (heights[index - 1] ?? height)) < 3));
});

function assertApart(placing, widthPx, heightPx) {
  const places = [...placing.places.values(), ...(placing.more ? [placing.more] : [])];
  for (const [index, one] of places.entries()) {
    assert.ok(one.xPx >= 0 && one.yPx >= 0 && one.widthPx > 0 && one.heightPx > 0);
    assert.ok(one.xPx + one.widthPx <= widthPx && one.yPx + one.heightPx <= heightPx);
    for (const other of places.slice(index + 1)) {
      const isBeside =
        one.xPx + one.widthPx <= other.xPx || other.xPx + other.widthPx <= one.xPx;
      const isBelow =
        one.yPx + one.heightPx <= other.yPx || other.yPx + other.heightPx <= one.yPx;
      assert.ok(isBeside || isBelow, JSON.stringify([one, other]));
    }
  }
}

test("places never overlap and never leave the pane, and everybody is shown or hidden", () => {
  for (const [widthPx, heightPx] of [[1280, 640], [1900, 980], [390, 640], [320, 420], [200, 90]]) {
    for (let count = 1; count <= 40; count += 1) {
      for (const isOneLarge of [false, true]) {
        const tiles = tilesIn(crowd(count));
        const placing = place(tiles, widthPx, heightPx, isOneLarge);
        assertApart(placing, widthPx, heightPx);
        assert.equal(placing.places.size + placing.hidden.length, count);
        assert.equal(Boolean(placing.more), placing.hidden.length > 0);
      }
    }
  }
});

test("who does not fit is counted, and one still sees oneself", () => {
  const placing = place(tilesIn(crowd(30)), 390, 640, false);
  assert.ok(placing.hidden.length > 0);
  assert.ok(placing.places.has("p29:video"));
  assert.ok(!placing.hidden.some(({ key }) => key === "p29:video"));
});

test("in a pane without size nobody is in sight", () => {
  assert.equal(place(tilesIn(crowd(3)), 0, 0, false).places.size, 0);
});

test("a large screen takes all that the strip leaves", () => {
  const people = [person("ada", { hasScreen: true }), person("me", { isMe: true })];
  const tiles = tilesOf(people, { pinned: null, speaker: null, layout: "speaker" });
  const { places } = place(tiles, 1280, 640, true);
  const large = places.get("ada:screen");
  const strip = places.get("ada:video");
  assert.ok(large.widthPx * large.heightPx > 0.75 * 1280 * 640);
  const isBeside = large.heightPx === 640 && large.widthPx + strip.widthPx > 1280 - 16;
  const isAbove = large.widthPx === 1280 && large.heightPx + strip.heightPx > 640 - 16;
  assert.ok(isBeside || isAbove);
});

test("whoever comes sits down at the end and whoever speaks stays where they are", () => {
  const seating = new Seating();
  const me = person("me", { isMe: true, joinedAt: 0 });
  const [ada, bob] = [person("ada", { joinedAt: 2 }), person("bob", { joinedAt: 3 })];
  seating.seat([me, bob, ada], 0);
  const order = () => seating.order.map((one) => one.peerId);
  assert.deepEqual(order(), ["ada", "bob", "me"]);
  seating.seat([me, { ...bob, isLoud: true }, ada, person("cleo", { joinedAt: 1 })], 100);
  assert.deepEqual(order(), ["ada", "bob", "cleo", "me"]);
  seating.seat([me, bob], 200);
  assert.deepEqual(order(), ["bob", "me"]);
});

test("who speaks for a while and is hidden changes places with who has long been quiet", () => {
  const seating = new Seating();
  const people = ["ada", "bob", "cleo"].map((name, index) => person(name, { joinedAt: index }));
  const loud = people.map((one) => ({ ...one, isLoud: one.peerId === "cleo" }));
  seating.seat(people, 0);
  for (let nowMs = 10_000; nowMs < 11_500; nowMs += 500) {
    seating.seat(loud, nowMs);
    assert.equal(seating.bringForward(["cleo"], nowMs), false);
  }
  seating.seat(loud, 11_500);
  assert.equal(seating.bringForward(["cleo"], 11_500), true);
  assert.deepEqual(
    seating.order.map((one) => one.peerId),
    ["ada", "cleo", "bob"],
  );
});

test("a word does not take the floor, a sentence does", () => {
  const floor = new Floor();
  const speaks = (peerId) =>
    ["ada", "bob"].map((one) => person(one, { isLoud: one === peerId, levelDbov: -20 }));
  floor.hear(speaks("ada"), 0);
  assert.equal(floor.speaker, "ada");
  floor.hear(speaks("bob"), 100);
  floor.hear(speaks("bob"), 700);
  assert.equal(floor.speaker, "ada");
  floor.hear(speaks("bob"), 1200);
  floor.hear(speaks("bob"), 1700);
  assert.equal(floor.speaker, "bob");
  floor.hear([], 1800);
  assert.equal(floor.speaker, null);
});

test("who was heard a moment ago is shown as speaking", () => {
  const hold = new SpeakingHold();
  hold.hear(new Map([["ada", -30], ["bob", -50]]), 0);
  assert.deepEqual([...hold.speaking(900)], ["ada"]);
  assert.deepEqual([...hold.speaking(1000)], []);
});

test("a meter runs from silence to speech", () => {
  assert.equal(loudness(null), 0);
  assert.equal(loudness(-127), 0);
  assert.equal(loudness(-35), 0.5);
  assert.equal(loudness(0), 1);
});

test("a screen that appears is large until one wants the grid back", () => {
  const choice = new LayoutChoice();
  const sharing = (...names) =>
    ["ada", "bob", "me"].map((one) =>
      person(one, { hasScreen: names.includes(one), isMe: one === "me" }),
    );
  choice.see(sharing("me"));
  assert.equal(choice.isOneLarge, false);
  choice.see(sharing("ada"));
  assert.equal(choice.layout, "speaker");
  choice.toggle();
  choice.see(sharing("ada"));
  assert.equal(choice.layout, "grid");
  choice.see(sharing("ada", "bob"));
  assert.equal(choice.layout, "speaker");
  choice.see(sharing());
  assert.equal(choice.layout, "grid");
});

test("a pin holds while its tile is there", () => {
  const choice = new LayoutChoice();
  choice.see([person("ada")]);
  choice.pin("ada:video");
  assert.equal(choice.isOneLarge, true);
  choice.see([person("ada")]);
  assert.equal(choice.pinned, "ada:video");
  choice.pin("ada:video");
  assert.equal(choice.pinned, null);
  choice.pin("ada:video");
  choice.see([]);
  assert.equal(choice.isOneLarge, false);
});

test("shared screens are pinned one after the other, and then none", () => {
  const choice = new LayoutChoice();
  choice.see([person("me", { isMe: true, hasScreen: true })]);
  choice.pin("me:video");
  choice.pinScreen();
  assert.equal(choice.pinned, "me:video");
  const sharing = ["a", "b"].map((peerId) => person(peerId, { hasScreen: true }));
  choice.see([...sharing, person("me", { isMe: true })]);
  const pinned = [1, 2, 3, 4].map(() => {
    choice.pinScreen();
    return choice.pinned;
  });
  assert.deepEqual(pinned, ["a:screen", "b:screen", null, "a:screen"]);
});

test("a tile without a picture says why, and blames nobody who may be innocent", () => {
  const note = (person, state, { label = "video", isBlamed = true } = {}) =>
    noteOfTile({ label, person: { isReceived: true, ...person } }, state, isBlamed);
  assert.equal(note({}, "stalled"), "Slow line");
  assert.equal(note({}, "stalled", { isBlamed: false }), "");
  assert.equal(note({}, "late", { isBlamed: false }), "No picture yet");
  assert.equal(note({ isReceived: false }, "late"), "You may not see this now");
  assert.equal(note({ isMe: true }, "awaited", { label: "screen" }), "You share your screen");
});
