/** Whether somebody else's line is at fault for a picture that stands still, or one's own may be. */

/** So long after one's own line was bad, nothing that has not come yet is anybody's fault. */
const GRACE_MS = 5_000;

/** Over a good line something is heard from the server in any such time: the answer to a ping. */
const SILENCE_MS = 3_000;

/** Instants are milliseconds of one monotonic clock. */
export class Blame {
  #fairFromMs = 0;

  /**
   * Take in how one's own line is.
   * @param {{isConnected: boolean, heardAtMs: number}} line `heardAtMs` is when the server was
   *   heard last
   * @param {number} nowMs
   * @returns {boolean} whether it is fair to say that somebody else's line is slow
   */
  look({ isConnected, heardAtMs }, nowMs) {
    if (!isConnected || nowMs - heardAtMs > SILENCE_MS) {
      this.#fairFromMs = nowMs + GRACE_MS;
    }
    return nowMs >= this.#fairFromMs;
  }
}
