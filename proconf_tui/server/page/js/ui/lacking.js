/** Why this machine or browser has no camera or microphone to give, known before one asks for it. */

const WITHOUT = {
  INSECURE: "The browser gives no camera or microphone to a page whose address is not https.",
  NO_WEBRTC: "This browser has no WebRTC.",
};
const NONE = {
  audio: "There is no microphone; connect one.",
  video: "There is no camera; connect one.",
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
    const { code } = this.#devices.environmentProblem();
    if (label === "screen") {
      return this.#devices.canCaptureScreen() ? "" : "This browser cannot share a screen.";
    }
    return WITHOUT[code] ?? (this.#missing.has(label) ? NONE[label] : "");
  }

  /** Look no more. */
  close() {
    this.#unwatch();
  }

  #look = async () => {
    this.#missing = await this.#devices.missingDevices();
    this.dispatchEvent(new Event("change"));
  };
}
