/** Under which names identities have been seen, also those of who is gone (agent/known_names.py). */

import { cleanName } from "./text.js";
import { otherName } from "./words.js";

const MOST = 1000;

/** Whoever was seen first is forgotten first. */
export class KnownNames {
  #names = new Map();

  /**
   * Remember who is in or waits.
   * @param {{identity: string, name: string}[]} seats
   */
  see(seats) {
    for (const { identity, name } of seats) {
      this.#names.set(identity, otherName(cleanName(name)));
    }
    while (this.#names.size > MOST) {
      this.#names.delete(this.#names.keys().next().value);
    }
  }

  /**
   * @param {string} identity
   * @returns {?string} what they were called when they were seen last; null if they never were
   */
  of(identity) {
    return this.#names.get(identity) ?? null;
  }
}
