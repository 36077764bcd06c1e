import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { OwnStreams } from "../../proconf_tui/server/page/js/meeting/own_streams.js";
import { actionsOf } from "../../proconf_tui/server/page/js/ui/actions.js";
import { Lacking } from "../../proconf_tui/server/page/js/ui/lacking.js";
import { OwnActions } from "../../proconf_tui/server/page/js/ui/own_actions.js";
import { settled } from "./support/platform.js";
import { participant, room } from "./support/rooms.js";

const navigatorBefore = Object.getOwnPropertyDescriptor(globalThis, "navigator");

class Track extends EventTarget {
  enabled = true;
  readyState = "live";

  stop() {
    this.readyState = "ended";
  }
}

let meeting;
let actions;
let said;
let refusal;
let open;
let machine;

beforeEach(() => {
  machine = {
    code: null,
    missing: new Set(),
    environmentProblem: () => ({ code: machine.code }),
    missingDevices: async () => machine.missing,
    canCaptureScreen: () => true,
    watchDevices: (listener) => {
      machine.changed = listener;
      return () => {
        machine.changed = null;
      };
    },
  };
  said = [];
  refusal = null;
  const request = async () => {
    if (refusal !== null) {
      throw new ProconfError(refusal);
    }
  };
  meeting = { state: "connected", meId: "me", room: room([participant("me")]) };
  meeting.own = new OwnStreams({
    request,
    publishing: { send: async () => {} },
    me: () => null,
    onChanged: () => {},
    onDeviceLost: () => {},
  });
  actions = new OwnActions(meeting, (text) => said.push(text), {
    store: { devices: {} },
    lacking: new Lacking(machine),
  });
  const opened = new Promise((resolve) => (open = resolve));
  const getUserMedia = () => opened;
  const value = { mediaDevices: { getUserMedia } };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
});

afterEach(() => {
  delete globalThis.navigator;
  if (navigatorBefore) {
    Object.defineProperty(globalThis, "navigator", navigatorBefore);
  }
});

function opens() {
  const track = new Track();
  open({ getAudioTracks: () => [track], getVideoTracks: () => [track] });
  return track;
}

function lookOf(id) {
  const parts = { own: actions, side: {}, grid: {}, chat: {}, waiting: () => 0 };
  return actionsOf(parts).find((action) => action.id === id).look();
}

test("who lets go while the microphone is being opened is never heard", async () => {
  const speaking = actions.speak();
  await actions.mute();
  const track = opens();
  const heard = [];
  Object.defineProperty(track, "enabled", { set: (isEnabled) => heard.push(isEnabled) });
  await speaking;
  assert.deepEqual([meeting.own.isPublished("audio"), actions.isHeard], [true, false]);
  assert.deepEqual(new Set(heard), new Set([false]));
});

test("who speaks after that is heard", async () => {
  const speaking = actions.speak();
  await actions.mute();
  const track = opens();
  await speaking;
  await actions.speak();
  assert.deepEqual([actions.isHeard, track.enabled], [true, true]);
});

test("what is on can be switched off without a connection, at once", async () => {
  const turned = actions.toggleCamera();
  const track = opens();
  await turned;
  meeting.state = "reconnecting";
  refusal = "LOST";
  assert.deepEqual([lookOf("camera").label, lookOf("camera").why], ["Stop camera", undefined]);
  const stopped = actions.toggleCamera();
  assert.equal(track.readyState, "ended");
  await stopped;
  assert.deepEqual(said, ["It is off now; the others see it when the connection is back."]);
  assert.notEqual(lookOf("camera").why, "");
});

test("what the room refuses is said in words, and nothing is on", async () => {
  refusal = "PERMISSION_DENIED";
  const turned = actions.toggleCamera();
  const track = opens();
  await turned;
  await settled();
  assert.deepEqual([track.readyState, actions.isOn("video"), said.length], ["ended", false, 1]);
});

test("a device that is not there is not offered, until it is", async () => {
  machine.missing = new Set(["video"]);
  await machine.changed();
  assert.match(lookOf("camera").why, /no camera/);
  assert.equal(lookOf("microphone").why, "");
  let changes = 0;
  actions.addEventListener("change", () => (changes += 1));
  machine.missing = new Set();
  await machine.changed();
  assert.deepEqual([lookOf("camera").why, changes], ["", 1]);
});

test("a page that may use no devices offers none", () => {
  machine.code = "INSECURE";
  assert.match(lookOf("camera").why, /https/);
  assert.match(lookOf("microphone").why, /https/);
});

test("who is gone watches no devices", () => {
  actions.close();
  assert.equal(machine.changed, null);
});
