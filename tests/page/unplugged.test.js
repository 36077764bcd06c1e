import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { deviceLost } from "../../proconf_tui/server/page/js/core/failures.js";
import { OwnStreams } from "../../proconf_tui/server/page/js/meeting/own_streams.js";
import { Unplugged } from "../../proconf_tui/server/page/js/ui/unplugged.js";
import { settled } from "./support/platform.js";
import { participant, room } from "./support/rooms.js";

const HEADSET = { deviceId: "h", groupId: "headset", name: "Headset" };
const BUILT_IN = { deviceId: "b", groupId: "built-in", name: "Built-in" };

class Track extends EventTarget {
  enabled = true;
  readyState = "live";

  constructor({ groupId, name }) {
    super();
    this.label = name;
    this.groupId = groupId;
  }

  getSettings() {
    return this.groupId === undefined ? {} : { groupId: this.groupId };
  }

  stop() {
    this.readyState = "ended";
  }

  pull() {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

class Meeting extends EventTarget {
  state = "connected";
  meId = "me";
  room = room([participant("me")]);
  refusal = null;
  own = new OwnStreams({
    request: async () => {
      if (this.refusal) {
        throw this.refusal;
      }
    },
    publishing: { send: async () => {} },
    me: () => null,
    onChanged: () => {},
    onDeviceLost: (label) => {
      this.dispatchEvent(Object.assign(new Event("event"), { detail: deviceLost(label) }));
    },
  });
}

let meeting;
let listed;
let opened;
let changed;
let said;
let watching;

beforeEach(() => {
  meeting = new Meeting();
  listed = [HEADSET, BUILT_IN];
  opened = [];
  changed = null;
  said = [];
  const devices = {
    listDevices: async () => ({ microphones: listed }),
    openMicrophone: async () => {
      opened.push(new Track(listed[0]));
      return opened.at(-1);
    },
    watchDevices: (listener) => {
      changed = listener;
      return () => (changed = null);
    },
  };
  watching = new Unplugged(meeting, (text) => said.push(text), devices);
});

afterEach(() => {
  watching.close();
  changed?.();
});

async function talking(device = HEADSET) {
  const track = new Track(device);
  await meeting.own.publish("audio", track);
  return track;
}

test("another microphone takes the place of one that was unplugged", async () => {
  const track = await talking();
  listed = [BUILT_IN];
  track.pull();
  await settled();
  assert.equal(meeting.own.trackOf("audio"), opened[0]);
  assert.equal(opened[0].enabled, true);
  assert.deepEqual(said, ["Built-in is used now."]);
});

test("who was muted stays so, and is told", async () => {
  const track = await talking();
  await meeting.own.mute();
  listed = [BUILT_IN];
  track.pull();
  await settled();
  assert.deepEqual([meeting.own.isMuted, opened[0].enabled], [true, false]);
  assert.deepEqual(said, ["Built-in is used now; you are still muted."]);
});

test("what the browser lists a moment longer is waited for", async () => {
  const track = await talking();
  track.pull();
  await settled();
  assert.deepEqual(opened, []);
  listed = [BUILT_IN];
  changed();
  await settled();
  assert.equal(meeting.own.trackOf("audio"), opened[0]);
});

test("a microphone that is still there was taken back by the person, and so stays off", async () => {
  const track = await talking();
  track.pull();
  await settled();
  changed();
  await settled();
  assert.deepEqual([opened, meeting.own.isPublished("audio"), changed], [[], false, null]);
});

test("without another one, or where the browser does not say which it was, it stays off", async () => {
  const last = await talking();
  listed = [];
  last.pull();
  await settled();
  listed = [BUILT_IN];
  const unknown = await talking({ name: "Unknown" });
  unknown.pull();
  await settled();
  assert.deepEqual([opened, said], [[], []]);
});

test("nobody is given a microphone that they opened themselves, or may not use", async () => {
  const first = await talking();
  listed = [BUILT_IN];
  first.pull();
  const own = await talking(BUILT_IN);
  await settled();
  assert.equal(meeting.own.trackOf("audio"), own);
  meeting.room.controls = { ...meeting.room.controls, allowProduce: false };
  listed = [HEADSET];
  own.pull();
  await settled();
  assert.equal(meeting.own.isPublished("audio"), false);
  assert.ok(opened.every(({ readyState }) => readyState === "ended"));
});

test("no camera is opened for one that was unplugged", async () => {
  const camera = new Track({ groupId: "camera", name: "Camera" });
  await meeting.own.publish("video", camera);
  camera.pull();
  await settled();
  assert.deepEqual([opened, meeting.own.isPublished("video")], [[], false]);
});

test("what the room refuses is let go again", async () => {
  const track = await talking();
  listed = [BUILT_IN];
  meeting.refusal = new Error("refused");
  track.pull();
  await settled();
  assert.deepEqual([opened[0].readyState, said], ["ended", []]);
});
