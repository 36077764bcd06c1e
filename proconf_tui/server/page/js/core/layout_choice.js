/**
 * What is large: chosen by the person, or because somebody has just begun to share a screen.
 *
 * A screen that appears is shown large at once; whoever wants the grid back says so, and then it
 * stays a grid until the next one appears.
 */

import { keyOf } from "./tiles.js";

export class LayoutChoice {
  #chosen = "grid";
  #isForScreens = false;
  #screens = new Set();
  #pinned = null;

  /** @returns {"grid"|"speaker"} */
  get layout() {
    return this.#isForScreens ? "speaker" : this.#chosen;
  }

  /** @returns {?string} the key of the pinned tile */
  get pinned() {
    return this.#pinned;
  }

  /** @returns {boolean} whether one tile is larger than the others */
  get isOneLarge() {
    return this.#pinned !== null || this.layout === "speaker";
  }

  /**
   * Take in who is there and who shares a screen.
   * @param {import("./persons.js").Person[]} people
   */
  see(people) {
    const sharing = people.filter((person) => person.hasScreen);
    const screens = new Set(sharing.filter((one) => !one.isMe).map((one) => one.peerId));
    const isNew = [...screens].some((peerId) => !this.#screens.has(peerId));
    this.#isForScreens = screens.size > 0 && (this.#isForScreens || isNew);
    this.#screens = screens;
    const keys = new Set([
      ...people.map((person) => keyOf(person.peerId, "video")),
      ...sharing.map((person) => keyOf(person.peerId, "screen")),
    ]);
    if (!keys.has(this.#pinned)) {
      this.#pinned = null;
    }
  }

  /**
   * Let this tile be the large one, or let it go if it is.
   * @param {string} key
   */
  pin(key) {
    this.#pinned = this.#pinned === key ? null : key;
  }

  /** Pin a screen that somebody else shares, the next one, then none. */
  pinScreen() {
    const keys = [...this.#screens].map((peerId) => keyOf(peerId, "screen"));
    if (keys.length > 0) {
      this.#pinned = keys[keys.indexOf(this.#pinned) + 1] ?? null;
    }
  }

  /** Switch between grid and speaker layout; from a pinned tile back to the grid. */
  toggle() {
    this.#chosen = this.isOneLarge ? "grid" : "speaker";
    this.#isForScreens = false;
    this.#pinned = null;
  }
}
