import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { OwnStreams } from "../../proconf_tui/server/page/js/meeting/own_streams.js";
import { settled } from "./support/platform.js";
import { participant } from "./support/rooms.js";

class Track extends EventTarget {
  enabled = true;
  isStopped = false;
  readyState = "live";

  stop() {
    this.isStopped = true;
  }

  /** End as a device does that is unplugged. */
  end() {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

/** The room as far as one's own streams are concerned, and what is sent to it. */
class Room {
  asked = [];
  sent = new Map();
  lostDevices = [];
  me = participant("me");
  refusal = null;
  #held = null;

  request = async (method, { label }) => {
    this.asked.push(`${method} ${label}`);
    await this.#held;
    if (this.refusal !== null) {
      throw new ProconfError(this.refusal);
    }
    return {};
  };

  /** Leave what is asked without answers until the returned function is called. */
  hold() {
    let release;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  send = async (label, track) => this.sent.set(label, track);

  publishes(streams) {
    this.me = participant("me", { streams });
  }
}

let room;
let own;

beforeEach(() => {
  room = new Room();
  own = ownOf(room);
});

function ownOf(room) {
  return new OwnStreams({
    request: room.request,
    publishing: room,
    me: () => room.me,
    onChanged: () => {},
    onDeviceLost: (label) => room.lostDevices.push(label),
  });
}

test("a stream is produced, then sent", async () => {
  const track = new Track();
  await own.publish("video", track);
  assert.deepEqual(room.asked, ["produce video"]);
  assert.equal(room.sent.get("video"), track);
  assert.deepEqual([own.isPublished("video"), own.trackOf("video")], [true, track]);
});

test("what the server refuses is not sent, and its track stays the caller's", async () => {
  const track = new Track();
  room.refusal = "PERMISSION_DENIED";
  await assert.rejects(own.publish("audio", track), { code: "PERMISSION_DENIED" });
  assert.deepEqual([own.isPublished("audio"), room.sent.size, track.isStopped], [false, 0, false]);
});

test("what cannot be sent after all is published no longer", async () => {
  const track = new Track();
  room.send = async (_, sent) => {
    if (sent !== null) {
      throw new ProconfError("INVALID_MESSAGE");
    }
  };
  await assert.rejects(own.publish("audio", track), { code: "INVALID_MESSAGE" });
  assert.deepEqual([own.isPublished("audio"), track.isStopped], [false, true]);
  assert.deepEqual(room.asked, ["produce audio", "stop-producing audio"]);
});

test("what breaks off after the room has allowed it goes on when one is back", async () => {
  const { request } = room;
  room.request = async (method, params) => {
    if (method === "pause-stream") {
      throw new ProconfError("LOST");
    }
    return request(method, params);
  };
  own = ownOf(room);
  await own.mute();
  const track = new Track();
  await own.publish("audio", track);
  assert.deepEqual([own.isPublished("audio"), own.isMuted, track.enabled], [true, true, false]);
});

test("a device that ended before it was allowed is told like one that ends later", async () => {
  const track = new Track();
  const release = room.hold();
  const published = own.publish("screen", track);
  track.end();
  release();
  await published;
  await settled();
  assert.deepEqual([own.isPublished("screen"), room.lostDevices], [false, ["screen"]]);
  assert.equal(room.asked.at(-1), "stop-producing screen");
});

test("who joined without media publishes nothing", async () => {
  const silent = new OwnStreams({ request: room.request, publishing: null, me: () => room.me });
  await assert.rejects(silent.publish("audio", new Track()), { code: "PERMISSION_DENIED" });
});

test("stopping releases the device and tells the room", async () => {
  const track = new Track();
  await own.publish("video", track);
  await own.stop("video");
  assert.equal(room.asked.at(-1), "stop-producing video");
  assert.deepEqual([track.isStopped, room.sent.get("video"), own.trackOf("video")], [
    true,
    null,
    null,
  ]);
});

test("muting is silence at once, and told; being heard waits for the room", async () => {
  const track = new Track();
  await own.publish("audio", track);
  const release = room.hold();
  const muted = own.mute();
  assert.deepEqual([own.isMuted, track.enabled], [true, false]);
  release();
  await muted;
  const allow = room.hold();
  const unmuted = own.unmute();
  await settled();
  assert.deepEqual([own.isMuted, track.enabled], [true, false]);
  allow();
  await unmuted;
  assert.deepEqual([own.isMuted, track.enabled], [false, true]);
  assert.deepEqual(room.asked.slice(1), ["pause-stream audio", "resume-stream audio"]);
});

test("who may not be heard stays muted", async () => {
  const track = new Track();
  await own.publish("audio", track);
  await own.mute();
  room.refusal = "PERMISSION_DENIED";
  await assert.rejects(own.unmute(), { code: "PERMISSION_DENIED" });
  assert.deepEqual([own.isMuted, track.enabled], [true, false]);
});

test("the last wish counts: muting overtakes an unmuting that is under way", async () => {
  const track = new Track();
  await own.publish("audio", track);
  await own.mute();
  const release = room.hold();
  const wishes = [own.unmute(), own.mute()];
  await settled();
  release();
  await Promise.all(wishes);
  assert.deepEqual([own.isMuted, track.enabled], [true, false]);
  assert.equal(room.asked.at(-1), "pause-stream audio");
});

test("who mutes before the microphone is published stays muted, and the room is told", async () => {
  const track = new Track();
  await own.mute();
  await own.publish("audio", track);
  assert.deepEqual([own.isMuted, track.enabled], [true, false]);
  assert.deepEqual(room.asked, ["produce audio", "pause-stream audio"]);
});

test("a moderator's closing stops the device; who publishes again is heard", async () => {
  const track = new Track();
  await own.publish("audio", track);
  await own.mute();
  own.closed("audio");
  assert.deepEqual([own.isPublished("audio"), track.isStopped, room.sent.get("audio")], [
    false,
    true,
    null,
  ]);
  const again = new Track();
  await own.publish("audio", again);
  assert.deepEqual([own.isMuted, again.enabled], [false, true]);
});

test("pictures rest at once and come again, and nothing is said twice", async () => {
  const track = new Track();
  await own.publish("video", track);
  await own.pause("video");
  assert.deepEqual([room.sent.get("video"), own.isPaused("video"), track.isStopped], [
    null,
    true,
    false,
  ]);
  await own.pause("video");
  await own.resume("video");
  assert.equal(room.sent.get("video"), track);
  assert.deepEqual(room.asked.slice(1), ["pause-stream video", "resume-stream video"]);
});

test("resting and going on at once ends as the last wish, for the room too", async () => {
  await own.publish("video", new Track());
  const release = room.hold();
  const wishes = [own.pause("video"), own.resume("video")];
  await settled();
  release();
  await Promise.all(wishes);
  assert.equal(room.asked.at(-1), "resume-stream video");
  assert.equal(own.isPaused("video"), false);
});

test("another device is sent instead, as muted as before, and the first is released", async () => {
  const [first, second] = [new Track(), new Track()];
  await own.publish("audio", first);
  await own.mute();
  await own.replace("audio", second);
  assert.deepEqual([first.isStopped, second.enabled], [true, false]);
  assert.equal(room.sent.get("audio"), second);
});

test("another device for what is not published is released at once", async () => {
  const track = new Track();
  await own.replace("video", track);
  assert.deepEqual([track.isStopped, room.asked], [true, []]);
});

test("a device that ends by itself is told, and its stream is over", async () => {
  const track = new Track();
  await own.publish("screen", track);
  track.end();
  await settled();
  assert.deepEqual(room.lostDevices, ["screen"]);
  assert.equal(own.isPublished("screen"), false);
  assert.equal(room.asked.at(-1), "stop-producing screen");
});

test("an earlier device that ends changes nothing", async () => {
  const first = new Track();
  await own.publish("video", first);
  await own.replace("video", new Track());
  first.end();
  assert.deepEqual([room.lostDevices, own.isPublished("video")], [[], true]);
});

test("back in the seat, what was closed meanwhile is closed here", async () => {
  const track = new Track();
  await own.publish("video", track);
  await own.comeBack({ isNew: false });
  assert.deepEqual([own.isPublished("video"), track.isStopped], [false, true]);
  assert.deepEqual(room.asked, ["produce video"]);
});

test("back in the seat, what was muted or paused while away is told", async () => {
  await own.publish("audio", new Track());
  await own.publish("video", new Track());
  room.refusal = "LOST";
  await assert.rejects(own.mute(), { code: "LOST" });
  await assert.rejects(own.pause("video"), { code: "LOST" });
  room.refusal = null;
  room.asked = [];
  room.publishes({ audio: { isPaused: false }, video: { isPaused: false } });
  await own.comeBack({ isNew: false });
  assert.deepEqual(room.asked, ["pause-stream audio", "pause-stream video"]);
});

test("who comes in anew publishes again, as far as that is allowed", async () => {
  const track = new Track();
  await own.publish("video", track);
  await own.comeBack({ isNew: true });
  assert.deepEqual([own.isPublished("video"), track.isStopped], [true, false]);
  assert.deepEqual(room.asked, ["produce video", "produce video"]);
  room.refusal = "PERMISSION_DENIED";
  await own.comeBack({ isNew: true });
  assert.deepEqual([own.isPublished("video"), track.isStopped], [false, true]);
});

test("a stream of an earlier life of the seat is stopped", async () => {
  room.publishes({ video: { isPaused: false } });
  await own.dropUnfed();
  assert.deepEqual(room.asked, ["stop-producing video"]);
});

test("in the end all devices are released", async () => {
  const tracks = [new Track(), new Track()];
  await own.publish("audio", tracks[0]);
  await own.publish("video", tracks[1]);
  own.close();
  assert.deepEqual(
    tracks.map(({ isStopped }) => isStopped),
    [true, true],
  );
});
