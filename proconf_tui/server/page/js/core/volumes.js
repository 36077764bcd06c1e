/** How loud each person is played for oneself alone: from 0, not at all, to 1, as they are sent. */

const STEPS = 10;
const MOST_KEPT = 100;

/** Tells `change` when one of them is different. */
export class Volumes extends EventTarget {
  #volumes = new Map();

  /** @param {*} [kept] what `kept` was in an earlier life of the page, or whatever is found there */
  constructor(kept = null) {
    super();
    const entries = Object.entries(kept ?? {});
    for (const [peerId, volume] of entries.filter(([, each]) => each >= 0 && each < 1)) {
      this.#volumes.set(peerId, volume);
    }
  }

  /** @returns {Object<string, number>} by peerId, of those who are not played as they are sent */
  get kept() {
    return Object.fromEntries([...this.#volumes].slice(-MOST_KEPT));
  }

  /**
   * @param {string} peerId
   * @returns {number}
   */
  of(peerId) {
    return this.#volumes.get(peerId) ?? 1;
  }

  /**
   * @param {string} peerId
   * @param {number} volume 0 to 1
   */
  set(peerId, volume) {
    this.#volumes.delete(peerId);
    if (volume < 1) {
      this.#volumes.set(peerId, Math.max(0, volume));
    }
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Make somebody a step louder, or quieter.
   * @param {string} peerId
   * @param {1|-1} direction
   * @returns {boolean} whether that was possible
   */
  step(peerId, direction) {
    const before = this.of(peerId);
    const after = Math.min(STEPS, Math.max(0, Math.round(before * STEPS) + direction)) / STEPS;
    if (after !== before) {
      this.set(peerId, after);
    }
    return after !== before;
  }
}

/**
 * @param {number} volume
 * @returns {string} what a volume other than the usual is called
 */
export function volumeWords(volume) {
  return volume === 0 ? "silenced for you" : `volume ${percentOf(volume)} for you`;
}

/**
 * @param {number} volume
 * @returns {string} such as `60 %`
 */
export function percentOf(volume) {
  return `${Math.round(volume * 100)} %`;
}
