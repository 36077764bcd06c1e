/**
 * The pane of tiles: who is shown where, who is large, and what of it is watched.
 *
 * Tiles are moved, never rebuilt, and never change their order in the page: a <video> that is
 * taken out of it stops.
 */

import { LayoutChoice } from "../core/layout_choice.js";
import { place } from "../core/placing.js";
import { Floor, Seating } from "../core/seating.js";
import { keyOf, tilesOf } from "../core/tiles.js";
import { watchedStreams } from "../core/watched.js";
import { el, setAttribute, setText, show } from "./dom.js";
import { Tile } from "./tile.js";

export class Grid {
  #meeting;
  #choice = new LayoutChoice();
  #seating = new Seating();
  #floor = new Floor();
  #people = [];
  #tiles = new Map();
  #placing = { places: new Map(), hidden: [], more: null };
  #isCovered = false;
  #more;
  #observer = new ResizeObserver(() => this.update(this.#people));

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{onMore: function(): void, onLayout: function(): void}} listeners the first is called
   *   when somebody asks who else there is, the second when something became large or is no longer
   */
  constructor(meeting, { onMore, onLayout }) {
    this.#meeting = meeting;
    this.onLayout = onLayout;
    this.#more = el("button", {
      class: "tile tile-more",
      attrs: { type: "button", hidden: true },
      on: { click: onMore },
    });
    this.element = el("section", { class: "stage", attrs: { "aria-label": "Video" } }, this.#more);
    this.#observer.observe(this.element);
    document.addEventListener("visibilitychange", this.#seen);
    document.addEventListener("fullscreenchange", this.#seen);
    meeting.feeds?.addEventListener("change", this.#hideOthers);
  }

  /** @returns {boolean} whether one tile is larger than the others */
  get isOneLarge() {
    return this.#choice.isOneLarge;
  }

  /** @returns {?string} the key of the pinned tile */
  get pinned() {
    return this.#choice.pinned;
  }

  /** @returns {?string} whose tile is pinned */
  get pinnedPeer() {
    return this.#tiles.get(this.pinned)?.tile.peerId ?? null;
  }

  /** @param {boolean} isCovered whether a pane hides all of it */
  set isCovered(isCovered) {
    this.#isCovered = isCovered;
    this.#watch();
  }

  /**
   * Show these people as they are now.
   * @param {import("../core/persons.js").Person[]} people
   */
  update(people) {
    const nowMs = performance.now();
    this.#people = people;
    this.#choice.see(people);
    this.#seating.seat(people, nowMs);
    this.#floor.hear(people, nowMs);
    this.#place();
    const hidden = this.#placing.hidden.filter((key) => key.endsWith(":video"));
    if (this.#seating.bringForward(hidden.map((key) => key.slice(0, -6)), nowMs)) {
      this.#place();
    }
    this.#showTiles();
    this.#watch();
  }

  /** Switch between grid and speaker layout; from a pinned tile back to the grid. */
  toggleLayout() {
    this.#choice.toggle();
    this.#layoutChanged();
  }

  /**
   * Pin a tile or let it go.
   * @param {string} key
   */
  pin = (key) => {
    this.#choice.pin(key);
    this.#layoutChanged();
  };

  /**
   * Pin who has this number, counted from 1 in the order of the seats.
   * @param {number} number
   * @returns {boolean} whether anybody has it
   */
  pinNumber(number) {
    const person = this.#seating.order[number - 1];
    if (person) {
      this.pin(keyOf(person.peerId, "video"));
    }
    return person !== undefined;
  }

  /** Pin a screen that somebody shares, the next one, then none. */
  pinScreen() {
    this.#choice.pinScreen();
    this.#layoutChanged();
  }

  /** Let everything go. */
  close() {
    this.#observer.disconnect();
    document.removeEventListener("visibilitychange", this.#seen);
    document.removeEventListener("fullscreenchange", this.#seen);
    this.#meeting.feeds?.removeEventListener("change", this.#hideOthers);
    this.#tiles.forEach((tile) => tile.close());
    this.#meeting.media?.watching.watch([]);
  }

  #layoutChanged() {
    this.update(this.#people);
    this.onLayout();
  }

  #seen = () => {
    if (!document.hidden) {
      this.#tiles.forEach((tile) => tile.tile.person.isMe || tile.forget());
    }
    this.update(this.#people);
  };

  #hideOthers = () => this.#tiles.forEach((tile) => tile.hideOthers());

  #inOrder() {
    const { pinned, layout } = this.#choice;
    return tilesOf(this.#seating.order, { pinned, speaker: this.#floor.speaker, layout });
  }

  #place() {
    const { clientWidth, clientHeight } = this.element;
    this.#placing = place(this.#inOrder(), clientWidth, clientHeight, this.isOneLarge);
  }

  #showTiles() {
    const tiles = this.#inOrder();
    this.#removeGone(new Set(tiles.map(({ key }) => key)));
    const { places, hidden, more } = this.#placing;
    let next = this.#more;
    for (const tile of tiles.toReversed()) {
      next = this.#tileOf(tile, next).element;
    }
    tiles.forEach((tile, index) => {
      const at = places.get(tile.key) ?? null;
      const shown = this.#tiles.get(tile.key);
      const isPinned = tile.key === this.#choice.pinned;
      const isLarge = this.isOneLarge && index === 0;
      shown.move(at);
      shown.update(tile, { isPinned, isLarge }, at && this.#comingOf(tile));
    });
    this.#showMore(hidden.length, more);
  }

  #removeGone(keys) {
    for (const [key, tile] of this.#tiles) {
      if (!keys.has(key)) {
        tile.close();
        this.#tiles.delete(key);
      }
    }
  }

  #tileOf(tile, next) {
    const known = this.#tiles.get(tile.key);
    if (known) {
      return known;
    }
    const made = new Tile(tile, { onPin: this.pin, onFullScreen: toggleFullScreen });
    this.#tiles.set(tile.key, made);
    this.element.insertBefore(made.element, next);
    return made;
  }

  #comingOf({ peerId, label, person }) {
    const isSent = label === "screen" ? person.hasScreen : person.hasCamera;
    if (!isSent) {
      return null;
    }
    const { own, feeds } = this.#meeting;
    return person.isMe ? ownPicture(own.trackOf(label)) : (feeds?.comingOf(peerId, label) ?? null);
  }

  #showMore(count, at) {
    show(this.#more, at !== null);
    if (at) {
      setText(this.#more, `+${count} more`);
      setAttribute(this.#more, "aria-label", `${count} more: show all people`);
      const { style } = this.#more;
      style.left = `${at.xPx}px`;
      style.top = `${at.yPx}px`;
      style.width = `${at.widthPx}px`;
      style.height = `${at.heightPx}px`;
    }
  }

  #watch() {
    const tiles = document.hidden || this.#isCovered ? [] : this.#inSight();
    this.#meeting.media?.watching.watch(watchedStreams(tiles, devicePixelRatio));
  }

  #inSight() {
    const full = [...this.#tiles.values()].find(
      ({ element }) => element === document.fullscreenElement,
    );
    if (full) {
      const { peerId, label, person } = full.tile;
      return person.isMe ? [] : [{ peerId, label, widthPx: innerWidth, heightPx: innerHeight }];
    }
    const { places } = this.#placing;
    return [...this.#tiles.values()]
      .filter(({ tile }) => places.has(tile.key) && !tile.person.isMe)
      .map(({ tile: { key, peerId, label } }) => {
        const { widthPx, heightPx } = places.get(key);
        return { peerId, label, widthPx, heightPx };
      });
  }
}

function toggleFullScreen(element) {
  const done = document.fullscreenElement
    ? document.exitFullscreen()
    : element.requestFullscreen();
  // The browser refuses it in a frame, or when the click is long ago: nothing changes then.
  done.catch(() => {});
}

function ownPicture(track) {
  return track && { track, isConfirmed: true, isTheirs: () => true };
}
