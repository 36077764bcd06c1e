/**
 * Which of one's pictures rest by one's own wish: published still, and sent to nobody. The last
 * wish counts, as in proconf_tui/sdk/pausing.py; sound it leaves to `Muting`.
 */

import { InTurn } from "../core/in_turn.js";

export class Pausing {
  #request;
  #stream;
  #isSent;
  #paused = new Set();
  #telling = new InTurn();

  /**
   * @param {object} parts
   * @param {(method: string, params: object) => Promise<object>} parts.request
   * @param {(label: string) => {isPaused: boolean}|null} parts.stream what the room knows of it
   * @param {(label: string) => boolean} parts.isSent whether one publishes under that label
   */
  constructor({ request, stream, isSent }) {
    this.#request = request;
    this.#stream = stream;
    this.#isSent = isSent;
  }

  /** @param {string} label */
  isPaused(label) {
    return this.#paused.has(label);
  }

  /**
   * Have them rest, or not.
   *
   * @param {string} label
   * @param {boolean} isResting
   * @returns {boolean} whether that is new, and so to be said
   */
  wish(label, isResting) {
    const isNew = this.isPaused(label) !== isResting;
    if (isResting) {
      this.#paused.add(label);
    } else {
      this.#paused.delete(label);
    }
    return isNew;
  }

  /**
   * Tell the room what one wishes then.
   *
   * @param {string} label
   */
  say(label) {
    return this.#telling.run(async () => {
      if (this.#isSent(label)) {
        const method = this.isPaused(label) ? "pause-stream" : "resume-stream";
        await this.#request(method, { label });
      }
    });
  }

  /**
   * Tell the room how it is, where it knows that otherwise.
   *
   * @param {string} label
   */
  async tell(label) {
    if ((this.#stream(label)?.isPaused ?? false) !== this.isPaused(label)) {
      await this.say(label);
    }
  }
}
