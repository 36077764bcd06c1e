/**
 * What one looks at, told to the server: the newest wins, and not too often.
 *
 * People scroll and resize faster than anybody need hear of it. It knows no tiles and no slots.
 */

import { isSameWatch } from "../core/watched.js";

const INTERVAL_MS = 250;
/** After which what was refused, be it for asking too often, is said again. */
const REFUSED_MS = 5000;

/** One participant's wish, kept for whenever the server has to be told it again. */
export class Watching {
  #request;
  #wish = null;
  #said = null;
  #isIn = false;
  #isSaying = false;
  #wake = () => {};

  /** @param {{request: (method: string, params: object) => Promise<object>}} options */
  constructor({ request }) {
    this.#request = request;
  }

  /**
   * Look at these pictures and no others from now on.
   * @param {{peerId: string, label: string, widthPx: number, heightPx: number}[]} streams sizes in
   *   the screen's pixels, as of `watchedStreams`
   */
  watch(streams) {
    if (this.#wish === null || !isSameWatch(streams, this.#wish)) {
      this.#wish = streams;
      this.#begin();
    }
  }

  /** Tell the server, which does not know it: one has just come in, or begins anew. */
  sayAgain() {
    this.#isIn = true;
    this.#said = null;
    this.#begin();
  }

  /** Say nothing more until `sayAgain`. */
  stop() {
    this.#isIn = false;
    this.#wake();
  }

  #begin() {
    this.#wake();
    if (this.#isIn && !this.#isSaying) {
      this.#isSaying = true;
      this.#say().finally(() => (this.#isSaying = false));
    }
  }

  async #say() {
    while (this.#isIn && this.#wish !== null && this.#said !== this.#wish) {
      await this.#sayOnce(this.#wish);
      await pause(INTERVAL_MS);
    }
  }

  async #sayOnce(wish) {
    this.#said = wish;
    try {
      await this.#request("watch", { streams: wish });
    } catch (error) {
      if (error.code === "LOST") {
        // It is said again when one is back, which one may be already.
        this.#isIn = this.#said !== wish;
        return;
      }
      await Promise.race([pause(REFUSED_MS), new Promise((resolve) => (this.#wake = resolve))]);
      this.#said = null;
    }
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
