/** One label's section of the publishing connection: what it sends, and in which size. */

import { CAMERA, SCREEN, SizeChoice } from "../core/picture_sizes.js";

const LADDERS = { video: CAMERA, screen: SCREEN };
const HINTS = { audio: "speech", video: "motion", screen: "detail" };
const DEGRADATIONS = { video: "balanced", screen: "maintain-resolution" };

/** Keeps the sender's track and parameters as they are wanted; the last wish counts. */
export class Outgoing {
  #label;
  #transceiver;
  #choice;
  #platform;
  #track = null;
  #wanted;
  #isStale = false;
  #isApplying = false;

  /**
   * @param {RTCPeerConnection} pc
   * @param {"audio"|"video"|"screen"} label
   * @param {{widthPx: number, heightPx: number}|null|undefined} wanted as for `want`
   * @param {import("../net/platform.js").Platform} platform
   */
  constructor(pc, label, wanted, platform) {
    this.#platform = platform;
    this.#label = label;
    this.#wanted = wanted;
    this.#choice = label === "audio" ? null : new SizeChoice(LADDERS[label]);
    this.#transceiver = pc.addTransceiver(label === "audio" ? "audio" : "video", {
      direction: "sendonly",
      sendEncodings: [label === "audio" ? {} : { active: false }],
    });
  }

  /** @returns {string|null} the section's id, once it was described */
  get mid() {
    return this.#transceiver.mid;
  }

  /** @returns {RTCRtpSender} */
  get sender() {
    return this.#transceiver.sender;
  }

  /** @returns {boolean} whether the size may change without anybody's wish */
  get isAlive() {
    return this.#choice !== null && this.#track !== null && this.#wanted !== undefined;
  }

  /** @param {MediaStreamTrack|null} track what to send from now on; null is nothing */
  send(track) {
    if (track !== null && "contentHint" in track) {
      track.contentHint = HINTS[this.#label];
    }
    this.#track = track;
    this.#choice?.forget();
    this.update();
  }

  /** @param {object|null|undefined} wanted the box to fill, null for any, undefined for none */
  want(wanted) {
    if (wanted === undefined) {
      this.#choice?.forget();
    }
    this.#wanted = wanted;
    this.update();
  }

  /** Bring the sender in line, soon. */
  update() {
    this.#isStale = true;
    if (!this.#isApplying) {
      this.#isApplying = true;
      this.#apply();
    }
  }

  async #apply() {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#replace();
        await this.#setEncoding();
      } catch {
        // The connection was closed meanwhile; the next one begins with what is wanted then.
      }
    }
    this.#isApplying = false;
  }

  async #replace() {
    if (this.sender.track !== this.#track) {
      await this.sender.replaceTrack(this.#track);
    }
  }

  async #setEncoding() {
    if (this.#choice === null) {
      return;
    }
    const encoding = this.#encoding();
    const parameters = this.sender.getParameters();
    const [current] = parameters.encodings;
    if (current === undefined) {
      // Some browsers have none before the first answer, after which this is done again.
      return;
    }
    if (Object.entries(encoding).some(([name, value]) => current[name] !== value)) {
      const isBegun = encoding.active && !current.active;
      Object.assign(current, encoding);
      parameters.degradationPreference = DEGRADATIONS[this.#label];
      await this.sender.setParameters(parameters);
      if (isBegun && this.#label === "screen") {
        await this.#refresh();
      }
    }
  }

  // A screen that stands still gives a picture a second; to a track that is new, one at once.
  async #refresh() {
    await this.sender.replaceTrack(null);
    await this.sender.replaceTrack(this.#track);
  }

  #encoding() {
    if (!this.isAlive) {
      return { active: false };
    }
    const sending = this.#choice.choose(this.#wanted, sizeOf(this.#track), this.#platform.nowMs());
    return {
      active: true,
      scaleResolutionDownBy: sending.scaleDownBy,
      maxFramerate: sending.fps,
      maxBitrate: sending.bitrateBps,
    };
  }
}

function sizeOf(track) {
  const { width = 1280, height = 720 } = track.getSettings();
  return { widthPx: width || 1280, heightPx: height || 720 };
}
