/** Notices that a microphone gives nothing, though nobody muted it here; it says so once. */

/** A track rests for a moment while a device is opened, or changes. */
const SILENCED_AFTER_MS = 1_500;

export class SilencedWatch {
  #sinceMs = null;
  #isTold = false;

  /**
   * Take in how it is now.
   * @param {boolean} isSilenced
   * @param {number} nowMs of one monotonic clock
   * @returns {boolean} whether that is to be said now
   */
  feed(isSilenced, nowMs) {
    if (!isSilenced) {
      this.#sinceMs = null;
      this.#isTold = false;
      return false;
    }
    this.#sinceMs ??= nowMs;
    const isDue = !this.#isTold && nowMs - this.#sinceMs >= SILENCED_AFTER_MS;
    this.#isTold ||= isDue;
    return isDue;
  }
}
