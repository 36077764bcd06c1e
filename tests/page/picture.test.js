import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Picture } from "../../proconf_tui/server/page/js/ui/picture.js";
import { PlainDocument } from "./support/elements.js";

/** A <video> whose pictures the test presents. */
function video() {
  return {
    frames: 0,
    awaited: [],
    play: async () => {},
    getVideoPlaybackQuality() {
      return { totalVideoFrames: this.frames };
    },
    requestVideoFrameCallback(call) {
      this.awaited.push(call);
    },
    present(rtpTimestamp) {
      this.frames += 1;
      this.awaited.splice(0).forEach((call) => call(0, { rtpTimestamp }));
    },
  };
}

beforeEach(() => {
  globalThis.document = new PlainDocument({ video });
  globalThis.MediaStream = class {};
});

afterEach(() => {
  delete globalThis.document;
  delete globalThis.MediaStream;
});

test("a picture is hidden at once when another's comes over its track", () => {
  const picture = new Picture(() => {}, { isStillAllowed: false });
  const coming = { track: {}, isConfirmed: true, isTheirs: () => coming.isConfirmed };
  picture.show(coming, true);
  picture.element.present(1);
  picture.hideOthers();
  assert.equal(picture.state, "live");
  coming.isConfirmed = false;
  picture.hideOthers();
  assert.equal(picture.state, "awaited");
  picture.element.present(2);
  assert.equal(picture.state, "awaited");
  picture.show({ track: coming.track, isConfirmed: true, isTheirs: () => true }, true);
  picture.element.present(3);
  assert.equal(picture.state, "live");
});

test("browsers that tell of no single picture show what comes all the same", () => {
  const shown = new Picture(() => {}, { isStillAllowed: false });
  const { element } = shown;
  element.requestVideoFrameCallback = undefined;
  const play = (frames) => {
    element.frames += frames;
    element.dispatchEvent(new Event("timeupdate"));
  };
  const coming = { track: {}, isConfirmed: false, isTheirs: () => coming.isConfirmed };
  shown.show(coming, true);
  play(0);
  play(1);
  assert.equal(shown.state, "awaited");
  coming.isConfirmed = true;
  play(0);
  assert.equal(shown.state, "awaited");
  play(1);
  assert.equal(shown.state, "live");
});
