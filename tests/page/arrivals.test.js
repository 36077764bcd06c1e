import assert from "node:assert/strict";
import { test } from "node:test";

import { isPictureOf, isTheirs, newest } from "../../proconf_tui/server/page/js/core/arrivals.js";

const ADA = 11;
const BOB = 22;

const voice = { kind: "audio", source: ADA };
const picture = { kind: "video", source: ADA };

function came(source, timestamp) {
  return { source, timestamp };
}

test("whose came last feeds the slot now", () => {
  assert.deepEqual(newest([came(ADA, 5), came(BOB, 9), came(ADA, 2)]), came(BOB, 9));
  assert.equal(newest([]), null);
});

test("what names its source is theirs, whoever had the slot before", () => {
  assert.ok(isTheirs(picture, came(ADA, 1000), 990, false, 1000));
  assert.ok(isTheirs(voice, came(ADA, 1000), 990, false, 1000));
});

test("a picture of nobody known, or of another, is never theirs, however long it takes", () => {
  assert.ok(!isTheirs(picture, null, 0, true, 1e6));
  assert.ok(!isTheirs(picture, came(BOB, 10), 20, false, 1e6));
});

test("in a slot that nobody had before, silence keeps no voice from being heard", () => {
  assert.ok(isTheirs(voice, null, 1000, true, 1000));
});

test("after another, a voice is heard once that one has been silent for a while", () => {
  const last = came(BOB, 1100);
  assert.ok(!isTheirs(voice, last, 1000, false, 1599));
  assert.ok(isTheirs(voice, last, 1000, false, 1600));
});

test("a voice that comes although the map names another stays silent", () => {
  assert.ok(!isTheirs(voice, came(BOB, 5000), 1000, false, 5010));
  assert.ok(!isTheirs(voice, came(BOB, 5000), 1000, true, 5010));
});

test("what names no source is theirs once nothing of the one before is on its way", () => {
  const unnamed = { kind: "video", source: 0 };
  assert.ok(!isTheirs(unnamed, null, 1000, false, 1499));
  assert.ok(isTheirs(unnamed, null, 1000, false, 1500));
});

test("a picture is theirs if it is newer than all of others, also where the clock wraps", () => {
  const arrivals = [
    { ...came(BOB, 10), rtpTimestamp: 0xffff_ff00 },
    { ...came(ADA, 20), rtpTimestamp: 0x0000_0100 },
  ];
  assert.ok(isPictureOf(ADA, arrivals, 0x0000_0100));
  assert.ok(isPictureOf(ADA, arrivals, 0xffff_ff80));
  assert.ok(!isPictureOf(ADA, arrivals, 0xffff_ff00));
  assert.ok(!isPictureOf(ADA, arrivals, 0xffff_f000));
  assert.ok(!isPictureOf(ADA, [came(BOB, 10)], 5));
  assert.ok(!isPictureOf(ADA, [], 5));
});
