/** Who is shown as speaking: also between two words, so that nothing flickers. */

/** Louder than this is shown as speaking, in dBov. */
export const SPEAKING_DBOV = -40;

/** So long one is still shown as speaking after the last that was heard. */
const HELD_FOR_MS = 1000;

const SILENCE_DBOV = -60;
const FULL_DBOV = -10;

/**
 * Return 0 (nothing to hear) to 1 (as loud as speech gets) for a meter.
 * @param {?number} dbov
 * @returns {number}
 */
export function loudness(dbov) {
  if (dbov === null || dbov === undefined) {
    return 0;
  }
  return Math.min(1, Math.max(0, (dbov - SILENCE_DBOV) / (FULL_DBOV - SILENCE_DBOV)));
}

/** Remembers who was heard; instants are milliseconds of one monotonic clock. */
export class SpeakingHold {
  #heardAtMs = new Map();

  /**
   * Take in how loud people are now.
   * @param {Map<string, number>} levels dBov by peerId
   * @param {number} nowMs
   */
  hear(levels, nowMs) {
    for (const [peerId, dbov] of levels) {
      if (dbov > SPEAKING_DBOV) {
        this.#heardAtMs.set(peerId, nowMs);
      }
    }
  }

  /**
   * Return who is loud, or was a moment ago.
   * @param {number} nowMs
   * @returns {Set<string>}
   */
  speaking(nowMs) {
    for (const [peerId, atMs] of this.#heardAtMs) {
      if (nowMs - atMs >= HELD_FOR_MS) {
        this.#heardAtMs.delete(peerId);
      }
    }
    return new Set(this.#heardAtMs.keys());
  }
}
