import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { switchDevice } from "../../proconf_tui/server/page/js/ui/switching.js";

let opened;
let own;
let broken;

beforeEach(async () => {
  opened = new Set();
  broken = new Set();
  const sent = { video: await open("front") };
  own = {
    trackOf: (label) => sent[label] ?? null,
    replace: async (label, track) => {
      sent[label].stop();
      sent[label] = track;
    },
  };
});

/** A phone with two cameras, of which one is open at a time. */
async function open(deviceId) {
  if (broken.has(deviceId) || opened.size > 0) {
    const cause = new DOMException("", "NotReadableError");
    throw Object.assign(new ProconfError("DEVICE_UNAVAILABLE", "In use."), { cause });
  }
  const track = { deviceId, stop: () => opened.delete(track), getSettings: () => ({ deviceId }) };
  opened.add(track);
  return track;
}

const switched = (isWanted = () => true) => switchDevice(own, "video", "back", { open, isWanted });
const running = () => [...opened].map(({ deviceId }) => deviceId);

test("where one camera is open at a time, the old one is let go for the new one", async () => {
  await switched();
  assert.equal(own.trackOf("video").deviceId, "back");
  assert.deepEqual(running(), ["back"]);
});

test("if the new one cannot be opened, the old one goes on, and that is said", async () => {
  broken.add("back");
  await assert.rejects(switched(), { message: "In use." });
  assert.equal(own.trackOf("video").deviceId, "front");
  assert.deepEqual(running(), ["front"]);
});

test("what is wanted no longer is closed again", async () => {
  await switched(() => false);
  assert.deepEqual(running(), []);
});
