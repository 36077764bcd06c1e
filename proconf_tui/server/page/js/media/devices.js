/** Cameras, microphones and screens, and what to do where the browser gives none. */

import { ProconfError } from "../core/failures.js";

const INSECURE =
  "The browser gives this page no camera or microphone, for its address does not begin with " +
  "https. You can watch, listen and chat; to be seen and heard, ask for a link with https.";
const NO_WEBRTC =
  "This browser has no WebRTC, so there is neither sound nor picture. Open the link in a current " +
  "Firefox, Chrome, Edge or Safari; you can still chat.";
const NO_RECORDING =
  "This machine does not let the browser record the screen; allow it in the machine's privacy " +
  "settings, then try again.";

const CAMERA = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
const MICROPHONE = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: { ideal: 1 },
};
const SCREEN = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 15 } },
  audio: false,
};

const WORDS = {
  NotAllowedError: (what) =>
    `The browser may not use the ${what}; allow it beside the page's address, then try again.`,
  SecurityError: (what) => `The browser forbids this page the ${what}.`,
  NotFoundError: (what) => `There is no ${what}; connect one, then try again.`,
  NotReadableError: (what) =>
    `The ${what} cannot be opened; close the program that is using it, then try again.`,
  OverconstrainedError: (what) => `That ${what} is not there any more; choose another one.`,
  AbortError: (what) => `The ${what} stopped working; connect it anew, then try again.`,
};

/**
 * @returns {{code: "INSECURE"|"NO_WEBRTC"|null, text: string}} what keeps this page from taking
 *   part in full, with a sentence for people; null and nothing if all is well
 */
export function environmentProblem() {
  if (typeof RTCPeerConnection === "undefined") {
    return { code: "NO_WEBRTC", text: NO_WEBRTC };
  }
  if (!globalThis.isSecureContext || navigator.mediaDevices === undefined) {
    return { code: "INSECURE", text: INSECURE };
  }
  return { code: null, text: "" };
}

/** @returns {boolean} whether this browser can share a screen at all; phones cannot */
export function canCaptureScreen() {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

/**
 * @returns {Promise<{cameras: Device[], microphones: Device[], speakers: Device[]}>} names are
 *   empty until the browser was allowed to use a device of the kind
 * @typedef {{deviceId: string, groupId: string, name: string}} Device the parts of one thing, and its
 *   aliases, share a groupId
 */
export async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const ofKind = (kind) =>
    devices
      .filter((each) => each.kind === kind && each.deviceId !== "")
      .map(({ deviceId, groupId, label: name }) => ({ deviceId, groupId, name }));
  return {
    cameras: ofKind("videoinput"),
    microphones: ofKind("audioinput"),
    speakers: ofKind("audiooutput"),
  };
}

/**
 * @returns {Promise<Set<"audio"|"video">>} of what this machine has none; that is known even to
 *   pages that were not allowed to use any
 */
export async function missingDevices() {
  // Without the list nothing is known to be missing.
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
  const has = (kind) => !devices || devices.some((each) => each.kind === kind);
  return new Set([
    ...(has("audioinput") ? [] : ["audio"]),
    ...(has("videoinput") ? [] : ["video"]),
  ]);
}

/**
 * @param {() => void} listener called when devices come and go
 * @returns {() => void} stops it
 */
export function watchDevices(listener) {
  const { mediaDevices } = navigator;
  mediaDevices?.addEventListener("devicechange", listener);
  return () => mediaDevices?.removeEventListener("devicechange", listener);
}

/**
 * @param {string|null} [deviceId] any camera if there is none
 * @returns {Promise<MediaStreamTrack>} rejects with DEVICE_UNAVAILABLE
 */
export async function openCamera(deviceId = null) {
  const stream = await open({ video: { ...CAMERA, ...named(deviceId) } }, "camera");
  return stream.getVideoTracks()[0];
}

/**
 * @param {string|null} [deviceId] any microphone if there is none
 * @returns {Promise<MediaStreamTrack>} rejects with DEVICE_UNAVAILABLE
 */
export async function openMicrophone(deviceId = null) {
  const stream = await open({ audio: { ...MICROPHONE, ...named(deviceId) } }, "microphone");
  return stream.getAudioTracks()[0];
}

/**
 * Open the device of an earlier visit, or any other where that is not connected now.
 * @param {(deviceId?: string|null) => Promise<MediaStreamTrack>} openDevice openCamera or
 *   openMicrophone
 * @param {string|null} deviceId
 * @returns {Promise<MediaStreamTrack>} rejects with DEVICE_UNAVAILABLE
 */
export async function openUsual(openDevice, deviceId) {
  try {
    return await openDevice(deviceId);
  } catch (error) {
    if (error.cause?.name !== "OverconstrainedError") {
      throw error;
    }
    return openDevice();
  }
}

/**
 * Let the user choose a screen, a window or a tab; call it in answer to a click or key.
 * @returns {Promise<MediaStreamTrack|null>} null if they chose none; rejects with
 *   DEVICE_UNAVAILABLE
 */
export async function captureScreen() {
  if (!canCaptureScreen()) {
    throw new ProconfError("DEVICE_UNAVAILABLE", "This browser cannot share a screen.");
  }
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    return stream.getVideoTracks()[0];
  } catch (error) {
    if (error.name !== "NotAllowedError") {
      throw unavailable("screen", error);
    }
    if (/system/i.test(error.message)) {
      throw new ProconfError("DEVICE_UNAVAILABLE", NO_RECORDING);
    }
    return null;
  }
}

/** @returns {boolean} whether the browser has a dialog of its own to choose a loudspeaker in */
export function canAskForSpeaker() {
  return typeof navigator.mediaDevices?.selectAudioOutput === "function";
}

/**
 * Let the user choose a loudspeaker; call it in answer to a click or key.
 * @returns {Promise<string|null>} its id; null if they chose none
 */
export async function askForSpeaker() {
  const chosen = await navigator.mediaDevices.selectAudioOutput().catch(() => null);
  return chosen?.deviceId ?? null;
}

/**
 * Learn that a track is over by itself: its device was unplugged, or sharing was stopped in the
 * browser's own bar. `track.stop()` is not told.
 * @param {MediaStreamTrack} track
 * @param {() => void} listener
 */
export function whenEnded(track, listener) {
  track.addEventListener("ended", listener, { once: true });
}

async function open(constraints, what) {
  if (navigator.mediaDevices === undefined) {
    throw new ProconfError("DEVICE_UNAVAILABLE", environmentProblem().text);
  }
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw unavailable(what, error);
  }
}

function named(deviceId) {
  return deviceId === null || deviceId === "" ? {} : { deviceId: { exact: deviceId } };
}

function unavailable(what, cause) {
  const words = WORDS[cause.name] ?? (() => `The ${what} cannot be opened; try another one.`);
  const error = new ProconfError("DEVICE_UNAVAILABLE", words(what));
  error.cause = cause;
  return error;
}
