/** How loud who is, as the server hears it: told while anybody is heard, and over in silence. */

/** So long what was told last is still so: silence is not told. */
const LAST_MS = 1000;

export class Levels {
  /** @type {Map<string, number>} loudness in dBov, -127 to 0, by peer id */
  now = new Map();
  #platform;
  #onFaded;
  #cancel = () => {};

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onFaded told when nobody is heard any more
   */
  constructor(platform, onFaded) {
    this.#platform = platform;
    this.#onFaded = onFaded;
  }

  /** @param {{levels: Object<string, number>}} params of the notification `levels` */
  take({ levels }) {
    this.now = new Map(Object.entries(levels));
    this.#cancel();
    this.#cancel = this.#platform.after(LAST_MS, () => {
      this.now = new Map();
      this.#onFaded();
    });
  }

  /** Hear nobody any more. */
  close() {
    this.#cancel();
    this.now = new Map();
  }
}
