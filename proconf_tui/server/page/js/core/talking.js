/**
 * Whether somebody talks who is muted, by how loud their microphone is before muting: loud for half
 * of a second, and rising again and again. A click is one rise and then only the fall.
 *
 * The same rule as proconf_tui/media/microphone_hints.py. Instants are milliseconds of one clock.
 */

const SPEECH_DBFS = -45;
const SPEECH_MS = 500;
const WINDOW_MS = 1000;
const RISES = 3;
const AGAIN_AFTER_MS = 30_000;
const LONGEST_READING_MS = 300;

export class TalkingWatch {
  #loud = [];
  #lastDbfs = -Infinity;
  #readAtMs = -Infinity;
  #toldAtMs = -Infinity;

  /**
   * Take a reading, about ten a second.
   * @param {number} dbfs
   * @param {number} nowMs
   * @returns {boolean} whether to tell now that somebody talks
   */
  feed(dbfs, nowMs) {
    const lastedMs = Math.min(nowMs - this.#readAtMs, LONGEST_READING_MS);
    const isRise = dbfs > this.#lastDbfs + 0.5;
    this.#readAtMs = nowMs;
    this.#lastDbfs = dbfs;
    this.#loud = this.#loud.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    if (dbfs > SPEECH_DBFS) {
      this.#loud.push({ atMs: nowMs, lastedMs, isRise });
    }
    if (nowMs - this.#toldAtMs < AGAIN_AFTER_MS || !this.#isSpeech()) {
      return false;
    }
    this.#toldAtMs = nowMs;
    return true;
  }

  #isSpeech() {
    const loudMs = this.#loud.reduce((sum, { lastedMs }) => sum + lastedMs, 0);
    const rises = this.#loud.filter(({ isRise }) => isRise).length;
    return loudMs >= SPEECH_MS && rises >= RISES;
  }
}
