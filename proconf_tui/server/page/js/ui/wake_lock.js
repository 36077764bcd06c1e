/** Keeps the screen of a phone from going dark during a meeting, where the browser can. */

/** Holds the lock while it is wanted and the page is seen. */
export class WakeLock {
  #isWanted = false;
  #lock = null;

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

  async #renew() {
    if (!this.#isWanted) {
      this.#lock?.release().catch(() => {});
      this.#lock = null;
    } else if (document.visibilityState === "visible") {
      // Refused with little battery left, which is no matter.
      const lock = await navigator.wakeLock?.request("screen").catch(() => null);
      this.#hold(lock ?? null);
    }
  }

  #hold(lock) {
    if (this.#isWanted) {
      this.#lock = lock;
    } else {
      lock?.release().catch(() => {});
    }
  }
}
