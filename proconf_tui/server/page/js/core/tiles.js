/**
 * Which tiles there are, in which order, and the largest size in which so many fit.
 *
 * A shared screen is a tile of its own, beside its owner's. It knows no people but by what it is
 * given, no DOM and no pictures.
 */

/**
 * @typedef {object} Tile
 * @property {string} key names the tile: stays the same while its person is there
 * @property {string} peerId
 * @property {"video"|"screen"} label
 * @property {import("./persons.js").Person} person
 */

/**
 * @typedef {object} Choice
 * @property {?string} pinned the key of the pinned tile
 * @property {?string} speaker the peerId of who has the floor
 * @property {"grid"|"speaker"} layout
 */

/**
 * @typedef {object} Shape how wide a tile may be drawn for its height
 * @property {number} widest
 * @property {number} narrowest
 * @property {number} narrow of a cell so narrow a tile is at its widest again: where room is left
 *   anyway, nothing is gained by cutting a picture
 */

const WIDEST = 16 / 9;

/** @type {Shape} */
export const LYING = { widest: WIDEST, narrowest: 4 / 3, narrow: 1 };

/** @type {Shape} */
export const UPRIGHT = { widest: WIDEST, narrowest: 4 / 5, narrow: -Infinity };

/**
 * Name a tile.
 * @param {string} peerId
 * @param {"video"|"screen"} label
 * @returns {string}
 */
export function keyOf(peerId, label) {
  return `${peerId}:${label}`;
}

/**
 * Return everybody's tiles in their order: screens first, oneself last.
 * With a pinned tile, or in the speaker's layout, the large one comes before all.
 * @param {import("./persons.js").Person[]} people in the order of their seats
 * @param {Choice} choice
 * @returns {Tile[]}
 */
export function tilesOf(people, { pinned, speaker, layout }) {
  const screens = people.filter((person) => person.hasScreen);
  const tiles = [
    ...screens.filter((person) => !person.isMe).map((person) => tile(person, "screen")),
    ...people.filter((person) => !person.isMe).map((person) => tile(person, "video")),
    ...screens.filter((person) => person.isMe).map((person) => tile(person, "screen")),
    ...people.filter((person) => person.isMe).map((person) => tile(person, "video")),
  ];
  const large = largeOf(tiles, { pinned, speaker, layout });
  return large ? [large, ...tiles.filter((one) => one !== large)] : tiles;
}

/**
 * Return whether it is the screen that one shares oneself, which is never shown: it would often be
 * shown within itself.
 * @param {{label: string, person: import("./persons.js").Person}} tile
 * @returns {boolean}
 */
export function isOwnScreen({ label, person }) {
  return label === "screen" && person.isMe;
}

/**
 * Return the tile that is to be the large one, or null where all are alike.
 * @param {Tile[]} tiles
 * @param {Choice} choice
 * @returns {?Tile}
 */
function largeOf(tiles, { pinned, speaker, layout }) {
  const chosen = tiles.find((one) => one.key === pinned);
  if (chosen || layout !== "speaker") {
    return chosen ?? null;
  }
  const others = tiles.filter((one) => !one.person.isMe);
  return (
    others.find((one) => one.label === "screen") ??
    others.find((one) => one.peerId === speaker) ??
    others.find((one) => one.person.hasCamera) ??
    others[0] ??
    tiles[0] ??
    null
  );
}

/**
 * Return the columns and rows in which `count` tiles are as large as can be.
 * @param {number} count
 * @param {number} widthPx
 * @param {number} heightPx
 * @param {Shape} shape
 * @param {number} [gapPx] between two tiles
 * @returns {{columns: number, rows: number, tileWidthPx: number, tileHeightPx: number}}
 */
export function arrange(count, widthPx, heightPx, shape, gapPx = 0) {
  let best = { columns: 0, rows: 0, tileWidthPx: 0, tileHeightPx: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const size = fitted(
      (widthPx - gapPx * (columns - 1)) / columns,
      (heightPx - gapPx * (rows - 1)) / rows,
      shape,
    );
    if (worth(size) > worth(best)) {
      best = { columns, rows, ...size };
    }
  }
  return best;
}

/**
 * Return the largest tile in a cell, in whole pixels.
 * @param {number} widthPx
 * @param {number} heightPx
 * @param {Shape} shape
 * @returns {{tileWidthPx: number, tileHeightPx: number}}
 */
export function fitted(widthPx, heightPx, shape) {
  if (widthPx < 1 || heightPx < 1) {
    return { tileWidthPx: 0, tileHeightPx: 0 };
  }
  const narrowest = narrowestIn(widthPx / heightPx, shape);
  return {
    tileWidthPx: Math.floor(Math.min(widthPx, heightPx * shape.widest)),
    tileHeightPx: Math.floor(Math.min(heightPx, widthPx / narrowest)),
  };
}

function narrowestIn(cell, { widest, narrowest, narrow }) {
  const back = Math.min(1, Math.max(0, (narrowest - cell) / (narrowest - narrow)));
  return narrowest + back * (widest - narrowest);
}

/**
 * Return what a tile is called.
 * @param {{label: string, person: import("./persons.js").Person}} tile
 * @returns {string}
 */
export function titleOfTile({ label, person }) {
  return label === "screen" ? `${person.name}'s screen` : person.name;
}

/**
 * Return why a tile that should show a picture shows none.
 * @param {{label: string, person: import("./persons.js").Person}} tile
 * @param {"awaited"|"late"|"live"|"stalled"} state of its picture
 * @param {boolean} isBlamed whether it is fair to say that their line is slow
 * @returns {string} empty while there is nothing to say
 */
export function noteOfTile(tile, state, isBlamed) {
  if (isOwnScreen(tile)) {
    return "You share your screen";
  }
  if (!tile.person.isReceived) {
    return "You may not see this now";
  }
  const first = tile.label === "screen" ? "Waiting for the screen…" : "No picture yet";
  return { late: first, stalled: isBlamed ? "Slow line" : "" }[state] ?? "";
}

function tile(person, label) {
  return { key: keyOf(person.peerId, label), peerId: person.peerId, label, person };
}

function worth({ tileWidthPx, tileHeightPx }) {
  return tileWidthPx * tileHeightPx;
}
