/** What a tile is made of. What is shown of it, and when, is the tile's business. */

import { avatarNumber } from "../core/avatar.js";
import { el, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Make the parts of a tile that change, by what they tell.
 * @param {import("../core/tiles.js").Tile} tile
 * @returns {Object<string, HTMLElement>}
 */
export function partsOf(tile) {
  return {
    ring: el("span", { class: "tile-ring", attrs: { "aria-hidden": "true" } }),
    initial: el("span", { class: "tile-initials" }),
    note: el("p", { class: "tile-note" }),
    reaction: el("span", { class: "tile-reaction", attrs: { "aria-hidden": "true" } }),
    number: el("span", { class: "tile-number" }),
    microphone: el("span", { class: "tile-muted" }, icon("microphone-off")),
    hand: el("span", { class: "tile-hand", attrs: { "aria-hidden": "true" } }, icon("hand")),
    away: el("span", { class: "tile-away", text: "reconnecting" }),
    name: el("span", { class: "tile-name" }),
    moderator: el("span", { class: "tile-moderator" }, icon("shield")),
    volume: el("span", { class: "tile-volume" }),
    you: tile.person.isMe && tile.label === "video" && el("span", { class: "tile-you", text: "(you)" }),
    state: el("span", { class: "visually-hidden", attrs: { id: uniqueId("tile-state") } }),
    pin: roundButton("pin"),
    fullScreen: roundButton("expand", "Full screen"),
    screen: tile.label === "screen" && icon("screen"),
  };
}

/**
 * Put a tile together.
 * @param {import("../core/tiles.js").Tile} tile
 * @param {HTMLVideoElement} video
 * @param {Object<string, HTMLElement>} parts
 * @returns {HTMLElement}
 */
export function elementOf(tile, video, parts) {
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
    parts.ring,
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

function faceOf({ peerId, label }, { initial }) {
  return el(
    "div",
    { class: `tile-face avatar-${avatarNumber(peerId)}`, attrs: { "aria-hidden": "true" } },
    label === "screen" ? icon("screen") : initial,
  );
}

function captionOf({ number, screen, microphone, name, you, moderator, volume, away }) {
  return el(
    "div",
    { class: "tile-caption", attrs: { "aria-hidden": "true" } },
    number,
    screen,
    microphone,
    name,
    you,
    moderator,
    volume,
    away,
  );
}

function roundButton(name, title) {
  return el("button", { class: "tile-button", attrs: { type: "button", title } }, icon(name));
}
