/**
 * What one looks at, told to the server: the newest wins, and not too often.
 *
 * People scroll and resize faster than anybody need hear of it. It knows no tiles and no slots.
 */

import { isSameWatch } from "../core/watched.js";
import { browser } from "../net/platform.js";

const INTERVAL_MS = 250;
/** After which what was refused, be it for asking too often, is said again. */
const REFUSED_MS = 5000;

/** One participant's wish, kept for whenever the server has to be told it again. */
export class Watching {
  #request;
  #platform;
  #wish = null;
  #said = null;
  #isIn = false;
  #isSaying = false;
  #wake = () => {};

  /**
   * @param {object} options
   * @param {(method: string, params: object) => Promise<object>} options.request
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor({ request, platform = browser }) {
    this.#request = request;
    this.#platform = platform;
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
      this.#say();
    }
  }

  async #say() {
    while (this.#isIn && this.#wish !== null && this.#said !== this.#wish) {
      await this.#sayOnce(this.#wish);
      await this.#pause(INTERVAL_MS);
    }
    this.#isSaying = false;
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
      const hasNews = new Promise((resolve) => (this.#wake = resolve));
      await Promise.race([this.#pause(REFUSED_MS), hasNews]);
      this.#said = null;
    }
  }

  #pause(ms) {
    return new Promise((resolve) => this.#platform.after(ms, resolve));
  }
}
