/** Why this machine or browser has no camera, microphone or screen to give, known before one asks for it. */

const WITHOUT = {
  INSECURE: "Only pages whose address begins with https get camera, microphone or screen.",
  NO_WEBRTC: "This browser has no WebRTC.",
};
const NONE = {
  audio: "There is no microphone; connect one.",
  video: "There is no camera; connect one.",
  screen: "This browser cannot share a screen.",
};

/** Tells `change` when a device of a kind is there for the first time, or the last one is gone. */
export class Lacking extends EventTarget {
  #devices;
  #missing = new Set();
  #unwatch;

  /** @param {typeof import("../media/devices.js")} devices */
  constructor(devices) {
    super();
    this.#devices = devices;
    this.#unwatch = devices.watchDevices(this.#look);
    this.#look();
  }

  /**
   * @param {"audio"|"video"|"screen"} label
   * @returns {string} why this cannot be had, or nothing
   */
  whyNot(label) {
    const problem = WITHOUT[this.#devices.environmentProblem().code];
    return problem ?? (this.#isMissing(label) ? NONE[label] : "");
  }

  /** Look no more. */
  close() {
    this.#unwatch();
  }

  #isMissing(label) {
    return label === "screen" ? !this.#devices.canCaptureScreen() : this.#missing.has(label);
  }

  #look = async () => {
    this.#missing = await this.#devices.missingDevices();
    this.dispatchEvent(new Event("change"));
  };
}
