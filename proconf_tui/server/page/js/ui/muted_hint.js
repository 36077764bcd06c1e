/**
 * Notices that one talks while muted. It listens to a copy of the track, for what is muted is
 * silent; nothing of that copy leaves the page.
 */

import { TalkingWatch } from "../core/talking.js";
import { LevelMeter } from "../media/level_meter.js";

const READ_EVERY_MS = 100;

export class MutedHint {
  #own;
  #onTalking;
  #watch = new TalkingWatch();
  #timer = null;
  #copy = null;
  #meter = null;
  #track = null;

  /**
   * @param {import("../meeting/own_streams.js").OwnStreams} own
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
    this.#timer = setInterval(() => this.#read(), READ_EVERY_MS);
  }

  #read() {
    if (this.#watch.feed(this.#meter.dbfs, performance.now())) {
      this.#onTalking();
    }
  }
}
