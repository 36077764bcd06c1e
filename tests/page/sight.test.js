import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Blame } from "../../proconf_tui/server/page/js/core/blame.js";
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
  const look = (nowMs, heardAtMs, isConnected = true) =>
    blame.look({ isConnected, heardAtMs }, nowMs);
  assert.equal(look(10_000, 9_000), true);
  assert.equal(look(14_000, 10_500), false);
  assert.equal(look(15_000, 15_000), false);
  assert.equal(look(19_100, 18_000), true);
  assert.equal(look(20_000, 20_000, false), false);
  assert.equal(look(24_900, 24_000), false);
  assert.equal(look(25_000, 24_000), true);
});
