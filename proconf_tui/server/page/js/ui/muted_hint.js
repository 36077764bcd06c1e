/**
 * Notices that one talks while muted, and says so. It listens to a copy of the track, for what is
 * muted is silent; nothing of that copy leaves the page.
 */

import { SPEAKING_DBOV } from "../core/speaking.js";
import { LevelMeter } from "../media/level_meter.js";

const LOOK_EVERY_MS = 200;
const LOUD_LOOKS = 3;
const SAID_AGAIN_AFTER_MS = 60_000;

export class MutedHint {
  #own;
  #onTalking;
  #timer = null;
  #copy = null;
  #meter = null;
  #track = null;
  #loudLooks = 0;
  #saidAtMs = -Infinity;

  /**
   * @param {{isMuted: boolean, trackOf: function(string): ?MediaStreamTrack}} own the OwnStreams
   * @param {function(): void} onTalking
   */
  constructor(own, onTalking) {
    this.#own = own;
    this.#onTalking = onTalking;
  }

  /** Listen while one is muted, and only then. */
  update() {
    const track = this.#own.isMuted ? this.#own.trackOf("audio") : null;
    if (track !== this.#track) {
      this.close();
      this.#track = track;
      if (track) {
        this.#listen(track);
      }
    }
  }

  /** Listen no more. */
  close() {
    clearInterval(this.#timer);
    this.#meter?.close();
    this.#copy?.stop();
    this.#meter = this.#copy = this.#track = null;
  }

  #listen(track) {
    this.#copy = track.clone();
    this.#copy.enabled = true;
    this.#meter = new LevelMeter(this.#copy);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  #look() {
    this.#loudLooks = this.#meter.dbfs > SPEAKING_DBOV ? this.#loudLooks + 1 : 0;
    const nowMs = performance.now();
    if (this.#loudLooks >= LOUD_LOOKS && nowMs - this.#saidAtMs > SAID_AGAIN_AFTER_MS) {
      this.#saidAtMs = nowMs;
      this.#onTalking();
    }
  }
}
