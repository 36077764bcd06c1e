import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import * as devices from "../../proconf_tui/server/page/js/media/devices.js";

const known = ["navigator", "RTCPeerConnection", "isSecureContext"].map((name) => [
  name,
  Object.getOwnPropertyDescriptor(globalThis, name),
]);

afterEach(() => {
  for (const [name, descriptor] of known) {
    delete globalThis[name];
    if (descriptor) {
      Object.defineProperty(globalThis, name, descriptor);
    }
  }
});

/** Be in a browser whose devices are these. */
function browserWith(mediaDevices, { isSecureContext = true, hasWebRtc = true } = {}) {
  const values = { navigator: { mediaDevices }, isSecureContext };
  const all = hasWebRtc ? { ...values, RTCPeerConnection: class {} } : values;
  for (const [name, value] of Object.entries(all)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
}

function failing(name, message = "") {
  return async () => {
    throw new DOMException(message, name);
  };
}

test("a page that was not opened over HTTPS names what to ask for", () => {
  browserWith(undefined, { isSecureContext: false });
  const { code, text } = devices.environmentProblem();
  assert.equal(code, "INSECURE");
  assert.match(text, /watch, listen and chat.*ask for a link with https/);
});

test("a browser without WebRTC is told so, and any other nothing", () => {
  browserWith({}, { hasWebRtc: false });
  assert.equal(devices.environmentProblem().code, "NO_WEBRTC");
  browserWith({});
  assert.deepEqual(devices.environmentProblem(), { code: null, text: "" });
});

test("each way a device can fail says what to do", async () => {
  const words = {
    NotAllowedError: /may not use the camera; allow it/,
    NotFoundError: /no camera; connect one/,
    NotReadableError: /camera cannot be opened; close the program/,
    OverconstrainedError: /camera is not there any more; choose another/,
    AbortError: /camera stopped working; connect it anew/,
    SecurityError: /forbids this page the camera/,
    TypeError: /camera cannot be opened; try another/,
  };
  for (const [name, message] of Object.entries(words)) {
    browserWith({ getUserMedia: failing(name) });
    await assert.rejects(devices.openCamera(), { code: "DEVICE_UNAVAILABLE", message });
  }
});

test("without devices at all the reason is the page's", async () => {
  browserWith(undefined, { isSecureContext: false });
  await assert.rejects(devices.openMicrophone(), { message: /begin with https/ });
});

test("the device that was chosen is asked for, and no other", async () => {
  const asked = [];
  const tracks = { getAudioTracks: () => ["voice"], getVideoTracks: () => ["picture"] };
  browserWith({ getUserMedia: async (constraints) => (asked.push(constraints), tracks) });
  assert.equal(await devices.openMicrophone("m1"), "voice");
  assert.equal(await devices.openCamera(), "picture");
  assert.deepEqual(asked[0].audio.deviceId, { exact: "m1" });
  assert.ok(asked[0].audio.echoCancellation && asked[0].audio.noiseSuppression);
  assert.ok(asked[0].audio.autoGainControl);
  assert.ok(!("deviceId" in asked[1].video));
});

test("a device that is not there today gives way to another, and nothing else does", async () => {
  const asked = [];
  const getUserMedia = async ({ video }) => {
    asked.push(video.deviceId?.exact);
    if (video.deviceId) {
      throw new DOMException("", "OverconstrainedError");
    }
    return { getVideoTracks: () => ["another"] };
  };
  browserWith({ getUserMedia });
  assert.equal(await devices.openUsual(devices.openCamera, "gone"), "another");
  assert.deepEqual(asked, ["gone", undefined]);
  browserWith({ getUserMedia: failing("NotReadableError") });
  const used = { message: /close the program/ };
  await assert.rejects(devices.openUsual(devices.openCamera, "used"), used);
});

test("who chooses no screen has made no mistake, and who may not is told", async () => {
  browserWith({ getDisplayMedia: failing("NotAllowedError", "Permission denied") });
  assert.equal(await devices.captureScreen(), null);
  browserWith({ getDisplayMedia: failing("NotAllowedError", "Permission denied by system") });
  await assert.rejects(devices.captureScreen(), { message: /does not let the browser record the screen; allow it/ });
  browserWith({});
  assert.ok(!devices.canCaptureScreen());
  await assert.rejects(devices.captureScreen(), { message: /cannot share a screen/ });
});

test("devices are listed by kind; those without an id cannot be chosen", async () => {
  const list = [
    { kind: "videoinput", deviceId: "c1", groupId: "g1", label: "Front" },
    { kind: "audioinput", deviceId: "", label: "" },
    { kind: "audiooutput", deviceId: "s1", groupId: "g2", label: "Desk" },
  ];
  browserWith({ enumerateDevices: async () => list });
  assert.deepEqual(await devices.listDevices(), {
    cameras: [{ deviceId: "c1", groupId: "g1", name: "Front" }],
    microphones: [],
    speakers: [{ deviceId: "s1", groupId: "g2", name: "Desk" }],
  });
  browserWith(undefined);
  assert.deepEqual((await devices.listDevices()).cameras, []);
});

test("a loudspeaker is chosen in the browser's own dialog where it has one", async () => {
  browserWith({});
  assert.equal(devices.canAskForSpeaker(), false);
  browserWith({ selectAudioOutput: async () => ({ deviceId: "headset" }) });
  assert.deepEqual([devices.canAskForSpeaker(), await devices.askForSpeaker()], [true, "headset"]);
  browserWith({ selectAudioOutput: failing("NotAllowedError") });
  assert.equal(await devices.askForSpeaker(), null);
});
