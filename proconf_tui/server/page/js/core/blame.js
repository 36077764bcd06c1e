/** Whether somebody else's line is at fault for a picture that stands still, or one's own may be. */

/** So long after one's own line was bad, nothing that has not come yet is anybody's fault. */
const GRACE_MS = 5_000;

/** Instants are milliseconds of one monotonic clock. */
export class Blame {
  #fairFromMs = 0;

  /**
   * Take in how one's own line is.
   * @param {boolean} isLineGood
   * @param {number} nowMs
   * @returns {boolean} whether it is fair to say that somebody else's line is slow
   */
  look(isLineGood, nowMs) {
    if (!isLineGood) {
      this.#fairFromMs = nowMs + GRACE_MS;
    }
    return nowMs >= this.#fairFromMs;
  }
}
