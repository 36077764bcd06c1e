/**
 * Whether one is silent by one's own wish: here at once, in the room as soon as it can be told.
 * The last wish counts, as in proconf_tui/sdk/muting.py.
 */

import { InTurn } from "../core/in_turn.js";

export class Muting {
  isMuted = false;
  #request;
  #stream;
  #isSent;
  #feed;
  #mutes = 0;
  #telling = new InTurn();

  /**
   * @param {object} parts
   * @param {(method: string, params: object) => Promise<object>} parts.request
   * @param {() => {isPaused: boolean}|null} parts.stream what the room knows of one's sound
   * @param {() => boolean} parts.isSent whether there is any
   * @param {() => void} parts.feed send the voice, or silence, as `isMuted` says then
   */
  constructor({ request, stream, isSent, feed }) {
    this.#request = request;
    this.#stream = stream;
    this.#isSent = isSent;
    this.#feed = feed;
  }

  /** Be silent from now on, and then tell the room. */
  async mute() {
    this.#mutes += 1;
    this.#become(true);
    await this.#telling.run(async () => {
      if (this.isMuted && this.#isSent()) {
        await this.#request("pause-stream", { label: "audio" });
      }
    });
  }

  /** Be heard once the room has allowed it, unless one mutes meanwhile. */
  async unmute() {
    const mutes = this.#mutes;
    await this.#telling.run(async () => {
      if (mutes === this.#mutes && this.#isSent()) {
        await this.#request("resume-stream", { label: "audio" });
      }
      if (mutes === this.#mutes) {
        this.#become(false);
      }
    });
  }

  /** Tell the room how it is, if it has a stream and knows that otherwise. */
  async tell() {
    await this.#telling.run(async () => {
      const isPaused = this.#stream()?.isPaused ?? false;
      if (this.#isSent() && isPaused !== this.isMuted) {
        const method = this.isMuted ? "pause-stream" : "resume-stream";
        await this.#request(method, { label: "audio" });
      }
    });
  }

  /** Have what is published next be heard: the wish was about what is over now. */
  forget() {
    this.isMuted = false;
  }

  #become(isMuted) {
    this.isMuted = isMuted;
    this.#feed();
  }
}
