import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CAMERA,
  SCREEN,
  SizeChoice,
  bitrateBps,
} from "../../proconf_tui/server/page/js/core/picture_sizes.js";

const HD = { widthPx: 1280, heightPx: 720 };
const FULL_HD = { widthPx: 1920, heightPx: 1080 };
const PHONE = { widthPx: 720, heightPx: 1280 };

function box(widthPx, heightPx) {
  return { widthPx, heightPx };
}

function sent(ladder, wanted, source) {
  const { scaleDownBy, fps } = new SizeChoice(ladder).choose(wanted, source, 0);
  return [source.widthPx / scaleDownBy, source.heightPx / scaleDownBy, fps];
}

test("a camera is sent in the next larger of a few sizes, small ones with fewer pictures", () => {
  assert.deepEqual(sent(CAMERA, box(160, 90), HD), [160, 90, 15]);
  assert.deepEqual(sent(CAMERA, box(161, 91), HD), [320, 180, 15]);
  assert.deepEqual(sent(CAMERA, box(400, 300), HD), [640, 360, 30]);
  assert.deepEqual(sent(CAMERA, box(4000, 3000), HD), [1280, 720, 30]);
});

test("any size is the camera's own", () => {
  assert.deepEqual(sent(CAMERA, null, FULL_HD), [1920, 1080, 30]);
  assert.deepEqual(sent(CAMERA, null, box(320, 240)), [320, 240, 30]);
});

test("the box's narrower side counts", () => {
  assert.deepEqual(sent(CAMERA, box(90, 720), HD), [160, 90, 15]);
  assert.deepEqual(sent(CAMERA, box(640, 360), PHONE), [202.5, 360, 30]);
});

test("a small camera is never enlarged", () => {
  assert.deepEqual(sent(CAMERA, box(1280, 720), box(320, 240)), [320, 240, 15]);
});

test("a screen is sent twice as fine as it is shown, and slower", () => {
  assert.deepEqual(sent(SCREEN, box(640, 360), FULL_HD), [1280, 720, 15]);
  assert.deepEqual(sent(SCREEN, box(1280, 720), FULL_HD), [1920, 1080, 15]);
  assert.deepEqual(sent(SCREEN, null, FULL_HD), [1920, 1080, 15]);
});

test("more is sent at once, less only once it is wanted for a while", () => {
  const choice = new SizeChoice(CAMERA);
  const scaleAt = (wanted, nowMs) => choice.choose(wanted, HD, nowMs).scaleDownBy;
  assert.equal(scaleAt(box(160, 90), 0), 8);
  assert.equal(scaleAt(box(1280, 720), 10), 1);
  assert.equal(scaleAt(box(160, 90), 20), 1);
  assert.equal(scaleAt(box(160, 90), 1019), 1);
  assert.equal(scaleAt(box(160, 90), 1020), 8);
});

test("what is wanted again meanwhile begins the while anew", () => {
  const choice = new SizeChoice(CAMERA);
  const scaleAt = (wanted, nowMs) => choice.choose(wanted, HD, nowMs).scaleDownBy;
  scaleAt(null, 0);
  scaleAt(box(160, 90), 10);
  scaleAt(null, 20);
  scaleAt(box(160, 90), 30);
  assert.equal(scaleAt(box(160, 90), 1029), 1);
});

test("nothing is remembered of what was forgotten", () => {
  const choice = new SizeChoice(CAMERA);
  choice.choose(null, HD, 0);
  choice.forget();
  assert.equal(choice.choose(box(160, 90), HD, 1).scaleDownBy, 8);
});

test("larger pictures get more bits, within bounds, and screens more than cameras", () => {
  const ofCamera = [160 * 90, 320 * 180, 640 * 360, 1280 * 720].map((px) => bitrateBps(CAMERA, px));
  assert.deepEqual(ofCamera, [...ofCamera].sort((one, other) => one - other));
  assert.equal(bitrateBps(CAMERA, 640 * 360), 600_000);
  assert.equal(bitrateBps(CAMERA, 1), 30_000);
  assert.equal(bitrateBps(CAMERA, 1e9), CAMERA.mostBps);
  assert.ok(bitrateBps(SCREEN, 640 * 360) > bitrateBps(CAMERA, 640 * 360));
});
