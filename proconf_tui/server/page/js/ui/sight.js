/** Which pictures are before one's eyes: those are asked for, and no others. */

import { watchedStreams } from "../core/watched.js";

export class Sight {
  #meeting;
  #isCovered = false;
  #seen = new Set();

  /** @param {import("../meeting/meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.#meeting = meeting;
  }

  /** @param {boolean} isCovered whether something lies over all tiles */
  cover(isCovered) {
    this.#isCovered = isCovered;
  }

  /**
   * Ask for what is seen now. What was not until now is hidden until a new picture comes: that
   * which was there is old.
   * @param {import("./tile.js").Tile[]} tiles
   * @param {Map<string, import("../core/placing.js").Place>} places by the keys of tiles
   */
  look(tiles, places) {
    const sizes = new Map(this.#isHidden ? [] : sizesOf(tiles, places));
    const fresh = [...sizes.keys()].filter((tile) => !this.#seen.has(tile));
    this.#seen = new Set(sizes.keys());
    fresh.forEach((tile) => tile.forget());
    const shown = [...sizes].map(([{ tile }, size]) => ({
      peerId: tile.peerId,
      label: tile.label,
      widthPx: size.widthPx,
      heightPx: size.heightPx,
    }));
    this.#meeting.media?.watching.watch(watchedStreams(shown, devicePixelRatio));
  }

  get #isHidden() {
    return document.hidden || this.#isCovered;
  }
}

function sizesOf(tiles, places) {
  const others = tiles.filter(({ tile }) => !tile.person.isMe);
  const isFull = ({ element }) => element === document.fullscreenElement;
  if (tiles.some(isFull)) {
    const screen = { widthPx: innerWidth, heightPx: innerHeight };
    return others.filter(isFull).map((tile) => [tile, screen]);
  }
  return others
    .filter(({ tile }) => places.has(tile.key))
    .map((tile) => [tile, places.get(tile.tile.key)]);
}
