/** The emoji that people show, each for a moment. */

import { isReaction } from "../core/reactions.js";

const LASTS_MS = 5000;

export class EmojiShown {
  /** @type {Map<string, string>} by peer id */
  now = new Map();
  #platform;
  #onOver;
  #cancels = new Map();

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onOver told when one is over
   */
  constructor(platform, onOver) {
    this.#platform = platform;
    this.#onOver = onOver;
  }

  /**
   * Show `emoji` for a moment; what is none is ignored.
   *
   * @param {string} peerId
   * @param {string} emoji
   */
  show(peerId, emoji) {
    if (!isReaction(emoji)) {
      return;
    }
    this.#cancels.get(peerId)?.();
    this.now = new Map(this.now).set(peerId, emoji);
    this.#cancels.set(peerId, this.#platform.after(LASTS_MS, () => this.#hide(peerId)));
  }

  /** Show none any more. */
  close() {
    this.#cancels.forEach((cancel) => cancel());
    this.#cancels.clear();
    this.now = new Map();
  }

  #hide(peerId) {
    this.#cancels.delete(peerId);
    this.now = new Map([...this.now].filter(([each]) => each !== peerId));
    this.#onOver();
  }
}
