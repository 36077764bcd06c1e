/** One way to begin a connection anew: one at a time, more patiently each time it did not help. */

import { browser } from "../net/platform.js";

// The first wait lets a farewell overtake what only looks like a failure.
const DELAYS_MS = [100, 500, 2000, 5000];
const MOST_ATTEMPTS = 8;

/** Goes on until the server takes it, or signalling is gone, whose return begins anew anyway. */
export class Repair {
  #work;
  #platform;
  #attempts = 0;
  #isRunning = false;
  #isClosed = false;

  /**
   * @param {() => Promise<void>} work rejects with a ProconfError
   * @param {import("../net/platform.js").Platform} [platform]
   */
  constructor(work, platform = browser) {
    this.#work = work;
    this.#platform = platform;
  }

  /** Do the work soon, unless it is under way already. */
  async run() {
    if (this.#isRunning || this.#isClosed) {
      return;
    }
    this.#isRunning = true;
    try {
      while (!(await this.#isDone())) {
        continue;
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Be prompt the next time. */
  succeeded() {
    this.#attempts = 0;
  }

  /** Begin nothing more. */
  close() {
    this.#isClosed = true;
  }

  async #isDone() {
    const isLast = this.#attempts >= MOST_ATTEMPTS;
    const delayMs = DELAYS_MS[Math.min(this.#attempts, DELAYS_MS.length - 1)];
    this.#attempts += 1;
    await new Promise((resolve) => this.#platform.after(delayMs, resolve));
    if (this.#isClosed) {
      return true;
    }
    try {
      await this.#work();
    } catch (error) {
      if (isLast || error.code === "LOST") {
        throw error;
      }
      return false;
    }
    return true;
  }
}
