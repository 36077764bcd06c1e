/**
 * One person's tile, or a shared screen's: picture or initials, name, and what is to be known of
 * them, in signs and in words. Where it is and whose picture it gets is the grid's business.
 */

import { loudness } from "../core/speaking.js";
import { stateWords } from "../core/persons.js";
import { percentOf } from "../core/volumes.js";
import { avatarNumber, initials } from "../core/words.js";
import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { Picture } from "./picture.js";

const LEVEL_STEPS = 12;

/** @typedef {{isPinned: boolean, isLarge: boolean}} Standing */

export class Tile {
  #tile;
  #picture;
  #parts;
  #level = 0;

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
  update(tile, { isPinned, isLarge }, coming) {
    this.#tile = tile;
    const { person, label } = tile;
    const title = label === "screen" ? `${person.name}’s screen` : person.name;
    this.#picture.show(coming, this.#isSent && !this.element.hidden);
    this.#picture.look();
    setAttribute(this.element, "aria-label", titleOf(tile));
    setText(this.#parts.name, title);
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
    const title = titleOf(this.#tile);
    setAttribute(pin, "aria-label", `${isPinned ? "Unpin" : "Pin"} ${title}`);
    setAttribute(pin, "title", isPinned ? "Unpin" : "Pin");
    const isFull = document.fullscreenElement === this.element;
    const full = isFull ? "Leave full screen" : `Show ${title} in full screen`;
    setAttribute(fullScreen, "aria-label", full);
    // Some browsers do not have it, and say nothing of it.
    show(fullScreen, document.fullscreenEnabled === true);
  }

  #showState(person, label) {
    const { initial, microphone, volume, hand, reaction, state, away } = this.#parts;
    const isPerson = label === "video";
    setText(initial, initials(person.name));
    const isSilent = person.isMuted || !person.hasMicrophone;
    show(microphone, isPerson && isSilent);
    setText(volume, isPerson && person.volume < 1 ? percentOf(person.volume) : "");
    show(hand, isPerson && person.handRaisedAt !== null);
    setText(reaction, isPerson ? person.reaction : "");
    show(away, isPerson && !person.isConnected);
    setText(state, isPerson ? stateWords(person) : "");
    const level = Math.round(loudness(person.levelDbov) * LEVEL_STEPS) / LEVEL_STEPS;
    if (level !== this.#level) {
      this.#level = level;
      this.element.style.setProperty("--level", level);
    }
  }

  get #isSent() {
    const { person, label } = this.#tile;
    return label === "screen" ? person.hasScreen : person.hasCamera;
  }

  #showPicture() {
    const { person, label } = this.#tile;
    const { state } = this.#picture;
    this.element.classList.toggle("has-picture", this.#isSent && state === "live");
    setText(this.#parts.note, this.#isSent && person.isConnected ? noteOf(this.#tile, state) : "");
  }
}

function titleOf({ person, label }) {
  return label === "screen" ? `${person.name}'s screen` : person.name;
}

function noteOf({ person, label }, state) {
  if (!person.isReceived) {
    return "You may not see this now";
  }
  const first = label === "screen" ? "Waiting for the screen…" : "No picture yet";
  return { late: first, stalled: "Slow line" }[state] ?? "";
}

function partsOf(tile) {
  return {
    initial: el("span", { class: "tile-initials" }),
    note: el("p", { class: "tile-note" }),
    reaction: el("span", { class: "tile-reaction", attrs: { "aria-hidden": "true" } }),
    microphone: el("span", { class: "tile-muted" }, icon("microphone-off")),
    hand: el("span", { class: "tile-hand", attrs: { "aria-hidden": "true" } }, icon("hand")),
    away: el("span", { class: "tile-away", text: "reconnecting" }),
    name: el("span", { class: "tile-name" }),
    volume: el("span", { class: "tile-volume" }),
    you: tile.person.isMe && el("span", { class: "tile-you", text: "(you)" }),
    state: el("span", { class: "visually-hidden", attrs: { id: uniqueId("tile-state") } }),
    pin: roundButton("pin"),
    fullScreen: roundButton("expand", "Full screen"),
    screen: tile.label === "screen" && icon("screen"),
  };
}

function faceOf({ peerId, label }, { initial }) {
  return el(
    "div",
    { class: `tile-face avatar-${avatarNumber(peerId)}`, attrs: { "aria-hidden": "true" } },
    label === "screen" ? icon("screen") : initial,
  );
}

function captionOf({ screen, microphone, name, you, volume, away }) {
  return el(
    "div",
    { class: "tile-caption", attrs: { "aria-hidden": "true" } },
    screen,
    microphone,
    name,
    you,
    volume,
    away,
  );
}

function roundButton(name, title) {
  return el("button", { class: "tile-button", attrs: { type: "button", title } }, icon(name));
}

function elementOf(tile, video, parts) {
  return el(
    "div",
    {
      class: `tile tile-${tile.label} ${tile.person.isMe ? "is-me" : ""}`.trim(),
      attrs: {
        role: "group",
        "aria-describedby": parts.state.id,
        "data-peer-id": tile.peerId,
        "data-label": tile.label,
      },
    },
    faceOf(tile, parts),
    video,
    parts.note,
    parts.reaction,
    parts.hand,
    captionOf(parts),
    parts.state,
    el("div", { class: "tile-buttons" }, parts.pin, parts.fullScreen),
  );
}
