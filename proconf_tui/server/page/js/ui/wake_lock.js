/** Keeps the screen of a phone from going dark during a meeting, where the browser can. */

/** Holds the lock while it is wanted and the page is seen. */
export class WakeLock {
  #isWanted = false;
  #lock = null;
  #turn = Promise.resolve();

  constructor() {
    document.addEventListener("visibilitychange", () => this.#renew());
  }

  /** @param {boolean} isWanted */
  set wanted(isWanted) {
    if (isWanted !== this.#isWanted) {
      this.#isWanted = isWanted;
      this.#renew();
    }
  }

  /** One at a time: of two locks that come at once, one would never be let go. */
  #renew() {
    // Refused with little battery left, which is no matter.
    this.#turn = this.#turn.then(() => this.#settle()).catch(() => {});
  }

  async #settle() {
    const isHeld = this.#lock !== null && !this.#lock.released;
    if (!this.#isWanted) {
      const lock = this.#lock;
      this.#lock = null;
      await lock?.release();
    } else if (!isHeld && document.visibilityState === "visible") {
      this.#lock = (await navigator.wakeLock?.request("screen")) ?? null;
    }
  }
}
