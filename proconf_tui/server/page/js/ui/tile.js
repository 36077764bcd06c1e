/**
 * One person's tile, or a shared screen's: picture or initials, name, and what is to be known of
 * them, in signs and in words. Where it is and whose picture it gets is the grid's business.
 */

import { loudness } from "../core/speaking.js";
import { stateWords } from "../core/persons.js";
import { isOwnScreen, noteOfTile, titleOfTile } from "../core/tiles.js";
import { percentOf } from "../core/volumes.js";
import { initials } from "../core/words.js";
import { setAttribute, setText, show } from "./dom.js";
import { Picture } from "./picture.js";
import { elementOf, partsOf } from "./tile_parts.js";

const LEVEL_STEPS = 12;

/** How much larger the ring around the initials is than they, for who is as loud as can be. */
const RING = 0.27;

/**
 * @typedef {object} Standing
 * @property {boolean} isPinned
 * @property {boolean} isLarge
 * @property {boolean} isBlamed whether it is fair to say of them that their line is slow
 * @property {?number} number the key that pins it
 */

export class Tile {
  #tile;
  #picture;
  #parts;
  #level = 0;
  #isBlamed = false;

  /**
   * @param {import("../core/tiles.js").Tile} tile
   * @param {{onPin: function(string): void, onFullScreen: function(Element): void}} actions
   */
  constructor(tile, { onPin, onFullScreen }) {
    const isScreen = tile.label === "screen";
    this.#picture = new Picture(() => this.#showPicture(), { isStillAllowed: isScreen });
    this.#parts = partsOf(tile);
    const { pin, fullScreen } = this.#parts;
    pin.addEventListener("click", () => onPin(tile.key));
    fullScreen.addEventListener("click", () => onFullScreen(this.element));
    this.element = elementOf(tile, this.#picture.element, this.#parts);
    this.element.addEventListener("click", (event) => {
      if (!event.target.closest("button")) {
        onPin(tile.key);
      }
    });
    this.#tile = tile;
  }

  /** @returns {import("../core/tiles.js").Tile} what it shows */
  get tile() {
    return this.#tile;
  }

  /**
   * Show the newest of its person.
   * @param {import("../core/tiles.js").Tile} tile
   * @param {Standing} standing
   * @param {?import("../media/subscribing.js").Coming} coming
   */
  update(tile, { isPinned, isLarge, isBlamed, number }, coming) {
    this.#tile = tile;
    this.#isBlamed = isBlamed;
    const { person, label } = tile;
    const title = titleOfTile(tile);
    this.#picture.show(coming, this.#isSent && !this.element.hidden);
    this.#picture.look();
    setAttribute(this.element, "aria-label", title);
    setText(this.#parts.name, isOwnScreen(tile) ? "Your screen" : title);
    setText(this.#parts.number, number === null ? "" : String(number));
    const classes = this.element.classList;
    classes.toggle("is-speaking", label === "video" && person.isSpeaking);
    classes.toggle("is-away", !person.isConnected);
    classes.toggle("is-pinned", isPinned);
    classes.toggle("is-large", isLarge);
    this.#showButtons(isPinned);
    this.#showState(person, label);
    this.#showPicture();
  }

  /**
   * Put it somewhere, or nowhere.
   * @param {?import("../core/placing.js").Place} place
   */
  move(place) {
    show(this.element, place !== null);
    if (place) {
      const { style, classList } = this.element;
      style.left = `${place.xPx}px`;
      style.top = `${place.yPx}px`;
      style.width = `${place.widthPx}px`;
      style.height = `${place.heightPx}px`;
      classList.toggle("is-small", place.widthPx < 200 || place.heightPx < 120);
    }
  }

  /** Hide the picture until a new frame comes: nobody was looking, and it is old. */
  forget() {
    this.#picture.forget();
    this.#showPicture();
  }

  /** Hide the picture if somebody else's comes in its place: at once, whenever the next look is. */
  hideOthers() {
    this.#picture.hideOthers();
    this.#showPicture();
  }

  /** Let everything go. */
  close() {
    this.#picture.close();
    this.element.remove();
  }

  #showButtons(isPinned) {
    const { pin, fullScreen } = this.#parts;
    const title = titleOfTile(this.#tile);
    setAttribute(pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} ${title}`);
    setAttribute(pin, "title", isPinned ? "Unpin" : "Pin");
    const isFull = document.fullscreenElement === this.element;
    const full = isFull ? "Leave full screen" : `Show ${title} in full screen`;
    setAttribute(fullScreen, "aria-label", full);
    // Some browsers do not have it, and say nothing of it.
    show(fullScreen, document.fullscreenEnabled === true);
  }

  #showState(person, label) {
    const { initial, microphone, moderator, volume, hand, reaction, state, away } = this.#parts;
    const isPerson = label === "video";
    setText(initial, initials(person.name));
    const isSilent = person.isMuted || !person.hasMicrophone;
    show(microphone, isPerson && isSilent);
    show(moderator, isPerson && person.isModerator);
    setAttribute(moderator, "title", person.role === "host" ? "Host" : "Moderator");
    setText(volume, isPerson && person.volume < 1 ? percentOf(person.volume) : "");
    show(hand, isPerson && person.handRaisedAt !== null);
    setText(reaction, isPerson ? person.reaction : "");
    show(away, isPerson && !person.isConnected);
    setText(state, isPerson ? stateWords(person) : "");
    this.#showLevel(isPerson ? loudness(person.levelDbov) : 0);
  }

  #showLevel(loud) {
    const level = Math.round(loud * LEVEL_STEPS) / LEVEL_STEPS;
    if (level !== this.#level) {
      this.#level = level;
      this.#parts.ring.style.scale = 1 + level * RING;
    }
  }

  get #isSent() {
    const { person, label } = this.#tile;
    return label === "screen" ? person.hasScreen : person.hasCamera;
  }

  #showPicture() {
    const { person } = this.#tile;
    const { state } = this.#picture;
    this.element.classList.toggle("has-picture", this.#isSent && state === "live");
    const isToCome = this.#isSent && person.isConnected;
    setText(this.#parts.note, isToCome ? noteOfTile(this.#tile, state, this.#isBlamed) : "");
  }
}
