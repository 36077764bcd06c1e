/** The others' voices, played by hidden elements; where the browser forbids it, it says so. */

import { el, reconcile } from "./dom.js";

/** What is paused again so soon after it was played on is paused by a browser that forbids it. */
const FORBIDDEN_WITHIN_MS = 1000;

/**
 * Plays `feeds.voices()`, each as loud as its volume says; tells `change` when `isBlocked` is
 * different. Whoever is heard over a track next is heard by the same element: Safari may refuse
 * each new one.
 */
export class Voices extends EventTarget {
  #feeds;
  #elements = new Map();
  #speakerId;
  #isBlocked = false;

  /** @type {import("../core/volumes.js").Volumes} */
  volumes;

  element = el("div", { attrs: { hidden: true } });

  /**
   * @param {import("../media/subscribing.js").Subscribing} feeds
   * @param {{volumes: import("../core/volumes.js").Volumes, speakerId?: string|null}} how
   */
  constructor(feeds, { volumes, speakerId = null }) {
    super();
    this.volumes = volumes;
    this.#feeds = feeds;
    this.#speakerId = speakerId;
    feeds.addEventListener("change", this.#follow);
    volumes.addEventListener("change", this.#follow);
    document.addEventListener("visibilitychange", this.#seen);
    this.#follow();
  }

  /** Whether the browser wants somebody to press a button before it plays anything. */
  get isBlocked() {
    return this.#isBlocked;
  }

  /** Whether this browser can play somebody more or less loud; iPhones only can or cannot at all. */
  get canFade() {
    const probe = el("audio", { props: { volume: 0.5 } });
    return probe.volume === 0.5;
  }

  /** Whether the loudspeaker can be chosen in this browser. */
  get canChooseSpeaker() {
    return "setSinkId" in HTMLMediaElement.prototype;
  }

  /** Play after all; to be called when somebody pressed a button. */
  async unblock() {
    this.#block(false);
    await Promise.all([...this.#elements.values()].map((audio) => this.#play(audio)));
  }

  /**
   * Play by another loudspeaker.
   * @param {string} deviceId
   * @returns {Promise<void>} rejects if the browser cannot use it
   */
  async chooseSpeaker(deviceId) {
    this.#speakerId = deviceId;
    const elements = [...this.#elements.values()];
    await Promise.all(elements.map((audio) => audio.setSinkId(deviceId)));
  }

  close() {
    this.#feeds.removeEventListener("change", this.#follow);
    this.volumes.removeEventListener("change", this.#follow);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#elements.forEach((audio) => (audio.srcObject = null));
    this.element.remove();
  }

  #follow = () => {
    const voices = this.#feeds.voices();
    for (const [track, audio] of this.#elements) {
      if (!voices.some((voice) => voice.track === track)) {
        audio.srcObject = null;
      }
    }
    reconcile(this.element, this.#elements, voices, {
      key: ({ track }) => track,
      create: ({ track }) => this.#player(track),
      update: (audio, { peerId }) => this.#tune(audio, peerId),
    });
  };

  /** What a phone paused while it did something else may be played when one looks again. */
  #seen = () => {
    if (!document.hidden) {
      this.#elements.forEach((audio) => audio.paused && this.#play(audio));
    }
  };

  #tune(audio, peerId) {
    if (peerId !== null) {
      const volume = this.volumes.of(peerId);
      audio.dataset.peerId = peerId;
      Object.assign(audio, { volume, muted: volume === 0 });
    }
  }

  #player(track) {
    const audio = el("audio", { props: { srcObject: new MediaStream([track]) } });
    let playedOnAtMs = -Infinity;
    audio.addEventListener("pause", () => {
      const nowMs = performance.now();
      const isForbidden = nowMs - playedOnAtMs < FORBIDDEN_WITHIN_MS;
      playedOnAtMs = nowMs;
      this.#paused(audio, isForbidden);
    });
    this.#start(audio);
    return audio;
  }

  /** Nobody pauses a meeting on purpose: a call, or headphones that were taken off, did. */
  #paused(audio, isForbidden) {
    if (audio.srcObject === null) {
      return;
    }
    if (isForbidden) {
      this.#block(true);
    } else {
      this.#play(audio);
    }
  }

  async #start(audio) {
    if (this.#speakerId && this.canChooseSpeaker) {
      // One that is not there any more leaves the usual one.
      await audio.setSinkId(this.#speakerId).catch(() => {});
    }
    await this.#play(audio);
  }

  async #play(audio) {
    try {
      await audio.play();
    } catch (error) {
      // Any other error means that the element is gone meanwhile.
      if (error.name === "NotAllowedError") {
        this.#block(true);
      }
    }
  }

  #block(isBlocked) {
    if (this.#isBlocked !== isBlocked) {
      this.#isBlocked = isBlocked;
      this.dispatchEvent(new Event("change"));
    }
  }
}
