import assert from "node:assert/strict";
import { test } from "node:test";

import {
  isSameWatch,
  watchedStreams,
} from "../../proconf_tui/server/page/js/core/watched.js";

function tile(peerId, widthPx, heightPx, label = "video") {
  return { peerId, label, widthPx, heightPx };
}

test("tiles are told in steps of the screen's pixels, never smaller than they are", () => {
  assert.deepEqual(watchedStreams([tile("a", 320, 180)]), [tile("a", 320, 192)]);
  assert.deepEqual(watchedStreams([tile("a", 319.2, 175.9)]), [tile("a", 320, 176)]);
});

test("a fine screen asks for more, of faces not without bound", () => {
  const tiles = [tile("a", 320, 160), tile("a", 320, 160, "screen")];
  assert.deepEqual(watchedStreams(tiles, 2), [
    tile("a", 640, 320, "screen"),
    tile("a", 480, 240),
  ]);
});

test("a stream in several tiles is told once, in the largest size on either side", () => {
  const tiles = [tile("a", 160, 320), tile("a", 320, 160), tile("b", 16, 16)];
  assert.deepEqual(watchedStreams(tiles), [tile("a", 320, 320), tile("b", 16, 16)]);
});

test("what has no area is not looked at", () => {
  assert.deepEqual(watchedStreams([tile("a", 0, 90), tile("b", 160, 0.4)]), []);
});

test("of more than the server takes, the largest are told", () => {
  const tiles = Array.from({ length: 70 }, (_, index) => tile(`p${index}`, 16 * (index + 1), 16));
  const streams = watchedStreams(tiles);
  assert.equal(streams.length, 64);
  assert.equal(streams[0].peerId, "p69");
  assert.equal(streams[63].peerId, "p6");
});

test("no side is larger than the server takes", () => {
  assert.deepEqual(watchedStreams([tile("a", 9000, 16)], 3), [tile("a", 8192, 32)]);
});

test("two lists are the same if they ask for the same", () => {
  const list = () => watchedStreams([tile("a", 320, 160), tile("b", 160, 80)]);
  assert.ok(isSameWatch(list(), list()));
  assert.ok(!isSameWatch(list(), watchedStreams([tile("a", 320, 160)])));
});
