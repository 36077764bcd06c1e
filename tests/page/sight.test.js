import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Blame } from "../../proconf_tui/server/page/js/core/blame.js";
import { Heartbeat } from "../../proconf_tui/server/page/js/core/heartbeat.js";
import { Sight } from "../../proconf_tui/server/page/js/ui/sight.js";

const PLACE = { xPx: 0, yPx: 0, widthPx: 320, heightPx: 180 };

let watched;
let sight;

beforeEach(() => {
  globalThis.document = { hidden: false, fullscreenElement: null };
  Object.assign(globalThis, { devicePixelRatio: 1, innerWidth: 1280, innerHeight: 800 });
  watched = [];
  const watching = { watch: (streams) => (watched = streams.map(({ peerId }) => peerId)) };
  sight = new Sight({ media: { watching } });
});

afterEach(() => {
  for (const name of ["document", "devicePixelRatio", "innerWidth", "innerHeight"]) {
    delete globalThis[name];
  }
});

function tileOf(peerId, { isMe = false } = {}) {
  return {
    tile: { key: `${peerId}:video`, peerId, label: "video", person: { isMe } },
    element: {},
    forgotten: 0,
    forget() {
      this.forgotten += 1;
    },
  };
}

function look(tiles, shown = tiles) {
  tiles.forEach((tile) => (tile.forgotten = 0));
  sight.look(tiles, new Map(shown.map(({ tile }) => [tile.key, PLACE])));
  return tiles.map((tile) => tile.forgotten);
}

test("in full screen the one that was seen all along stays, and the others come anew", () => {
  const tiles = [tileOf("ada"), tileOf("ben")];
  look(tiles);
  document.fullscreenElement = tiles[0].element;
  assert.deepEqual([look(tiles), watched], [[0, 0], ["ada"]]);
  document.fullscreenElement = null;
  assert.deepEqual([look(tiles), watched], [[0, 1], ["ada", "ben"]]);
  assert.deepEqual(look(tiles), [0, 0]);
});

test("what a sheet or another tab covered is old when it is seen again", () => {
  const tiles = [tileOf("ada"), tileOf("me", { isMe: true })];
  look(tiles);
  sight.cover(true);
  assert.deepEqual([look(tiles), watched], [[0, 0], []]);
  sight.cover(false);
  assert.deepEqual([look(tiles), watched], [[1, 0], ["ada"]]);
  document.hidden = true;
  assert.deepEqual([look(tiles), watched], [[0, 0], []]);
  document.hidden = false;
  assert.deepEqual(look(tiles), [1, 0]);
});

test("nobody is blamed while one's own line is bad, nor until it has been good for a while", () => {
  const blame = new Blame();
  assert.equal(blame.look(true, 10_000), true);
  assert.equal(blame.look(false, 14_000), false);
  assert.equal(blame.look(true, 14_100), false);
  assert.equal(blame.look(true, 18_900), false);
  assert.equal(blame.look(true, 19_000), true);
});

test("a server that owes an answer is silent long before its connection is a lost one", () => {
  const heartbeat = new Heartbeat(0);
  heartbeat.every(2);
  heartbeat.heard(1_000);
  assert.deepEqual([2_000, 2_600].map((nowMs) => heartbeat.isSilent(nowMs)), [false, true]);
  assert.equal(heartbeat.lostAtMs, 4_000);
  heartbeat.expectBy(3_000);
  assert.equal(heartbeat.lostAtMs, 3_000);
  heartbeat.heard(3_000);
  assert.deepEqual([heartbeat.isSilent(3_100), heartbeat.lostAtMs], [false, 6_000]);
});
