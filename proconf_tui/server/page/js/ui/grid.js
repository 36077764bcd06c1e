/**
 * The pane of tiles: who is shown where, who is large, and what of it is watched.
 *
 * Tiles are moved, never rebuilt, and never change their order in the page: a <video> that is
 * taken out of it stops.
 */

import { Blame } from "../core/blame.js";
import { LayoutChoice } from "../core/layout_choice.js";
import { place } from "../core/placing.js";
import { Floor, Seating } from "../core/seating.js";
import { isOwnScreen, keyOf, tilesOf } from "../core/tiles.js";
import { el, setAttribute, setText, show } from "./dom.js";
import { Sight } from "./sight.js";
import { Tile } from "./tile.js";

/** So many people have a key that pins them. */
const MOST_NUMBERS = 9;
const SIGHTS = ["visibilitychange", "fullscreenchange"];

export class Grid {
  #meeting;
  #choice = new LayoutChoice();
  #seating = new Seating();
  #floor = new Floor();
  #people = [];
  #tiles = new Map();
  #placing = { places: new Map(), hidden: [], more: null };
  #blame = new Blame();
  #sight;
  #onLayout;
  #hasKeys;
  #more;
  #again = () => this.update(this.#people);
  #observer = new ResizeObserver(this.#again);

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{onMore: function(): void, onLayout: function(): void,
   *   hasKeys: function(): boolean}} how `onMore` is called when somebody asks who else there is,
   *   `onLayout` when something became large or is no longer; `hasKeys` says whether keys pin tiles
   */
  constructor(meeting, { onMore, onLayout, hasKeys }) {
    this.#meeting = meeting;
    this.#sight = new Sight(meeting);
    this.#onLayout = onLayout;
    this.#hasKeys = hasKeys;
    this.#more = el("button", {
      class: "tile tile-more",
      attrs: { type: "button", hidden: true },
      on: { click: onMore },
    });
    this.element = el("section", { class: "stage", attrs: { "aria-label": "Video" } }, this.#more);
    this.#observer.observe(this.element);
    SIGHTS.forEach((type) => document.addEventListener(type, this.#again));
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

  /**
   * Ask for no pictures while a pane hides all of it.
   * @param {boolean} isCovered
   */
  cover(isCovered) {
    this.#sight.cover(isCovered);
    this.#look();
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
    const hidden = this.#placing.hidden.filter(({ label }) => label === "video");
    if (this.#seating.bringForward(hidden.map(({ peerId }) => peerId), nowMs)) {
      this.#place();
    }
    this.#showTiles(nowMs);
    this.#look();
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
    SIGHTS.forEach((type) => document.removeEventListener(type, this.#again));
    this.#meeting.feeds?.removeEventListener("change", this.#hideOthers);
    this.#tiles.forEach((tile) => tile.close());
    this.#meeting.media?.watching.watch([]);
  }

  #layoutChanged() {
    this.update(this.#people);
    this.#onLayout();
  }

  #hideOthers = () => this.#tiles.forEach((tile) => tile.hideOthers());

  #inOrder() {
    const { pinned, layout } = this.#choice;
    return tilesOf(this.#seating.order, { pinned, speaker: this.#floor.speaker, layout });
  }

  #place() {
    const { clientWidth, clientHeight } = this.element;
    this.#placing = place(this.#inOrder(), clientWidth, clientHeight, this.isOneLarge);
  }

  #showTiles(nowMs) {
    const tiles = this.#inOrder();
    this.#removeGone(new Set(tiles.map(({ key }) => key)));
    const { places, hidden, more } = this.#placing;
    let next = this.#more;
    for (const tile of tiles.toReversed()) {
      next = this.#tileOf(tile, next).element;
    }
    const isBlamed = this.#blame.look(this.#meeting.isLineGood, nowMs);
    tiles.forEach((tile, index) => {
      const at = places.get(tile.key) ?? null;
      const shown = this.#tiles.get(tile.key);
      const isPinned = tile.key === this.#choice.pinned;
      const isLarge = this.isOneLarge && index === 0;
      const standing = { isPinned, isLarge, isBlamed, number: this.#numberOf(tile) };
      shown.move(at);
      shown.update(tile, standing, at && this.#comingOf(tile));
    });
    this.#showMore(hidden.length, more);
  }

  #numberOf({ peerId, label }) {
    const number = this.#seating.order.findIndex((person) => person.peerId === peerId) + 1;
    return label === "video" && number <= MOST_NUMBERS && this.#hasKeys() ? number : null;
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
    if (!isSent || isOwnScreen({ label, person })) {
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

  #look() {
    this.#sight.look([...this.#tiles.values()], this.#placing.places);
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
