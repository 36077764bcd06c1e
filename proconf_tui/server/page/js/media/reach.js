/** Notices when a media connection does not come up, and says where nothing answered. */

import { unreachableWords } from "../core/candidates.js";
import { browser } from "../net/platform.js";

/** How long a connection may take that is on its way; a second is usual. */
const PATIENCE_MS = 9000;

/** Follows the states of both connections, "publishing" and "subscribing", and makes neither. */
export class Reach {
  #tell;
  #platform;
  #descriptions = new Map();
  #cancels = new Map();
  #missing = new Set();

  /**
   * @param {() => void} tell hears of each trouble, and of its end
   * @param {import("../net/platform.js").Platform} [platform]
   */
  constructor(tell, platform = browser) {
    this.#tell = tell;
    this.#platform = platform;
    /** @type {string|null} why neither sound nor pictures get through; null while they do */
    this.trouble = null;
  }

  /**
   * @param {string} end
   * @param {string} sdp the server's newest description of it
   */
  described(end, sdp) {
    this.#descriptions.set(end, sdp);
  }

  /**
   * @param {string} end
   * @param {string} state its `connectionState`, at each change
   */
  changed(end, state) {
    if (state === "connected") {
      this.#cameUp(end);
    } else if (state === "connecting" && !this.#cancels.has(end) && !this.#missing.has(end)) {
      // Not begun again by attempts that fail sooner than this: they are one trouble.
      this.#cancels.set(end, this.#platform.after(PATIENCE_MS, () => this.#isMissing(end)));
    }
  }

  /** Count no time any more: without signalling nothing comes up, and that is told of. */
  stop() {
    this.#cancels.forEach((cancel) => cancel());
    this.#cancels.clear();
  }

  #cameUp(end) {
    this.#missing.delete(end);
    this.#cancels.get(end)?.();
    this.#cancels.delete(end);
    if (this.trouble !== null && this.#missing.size === 0 && this.#cancels.size === 0) {
      this.trouble = null;
      this.#tell();
    }
  }

  #isMissing(end) {
    this.#cancels.delete(end);
    this.#missing.add(end);
    if (this.trouble === null) {
      this.trouble = unreachableWords(this.#descriptions.get(end) ?? "");
      this.#tell();
    }
  }
}
