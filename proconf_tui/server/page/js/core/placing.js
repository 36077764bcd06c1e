/**
 * Where tiles go in so many pixels: a grid, or one large and a strip of the others.
 *
 * Where not all fit, the last place tells how many more there are. Oneself is then shown in the
 * place before, so that one always sees how the others see one.
 */

import { LYING, UPRIGHT, arrange, fitted } from "./tiles.js";

/** @typedef {{xPx: number, yPx: number, widthPx: number, heightPx: number}} Place */
/**
 * @typedef {object} Placing
 * @property {Map<string, Place>} places by the keys of the tiles
 * @property {import("./tiles.js").Tile[]} hidden
 * @property {?Place} more
 */

const GAP_PX = 8;
const MOST_TILES = 25;
const LEAST_WIDTH_PX = 118;
const LEAST_HEIGHT_PX = 88;
const STRIP_TILE = { widthPx: 208, heightPx: 117 };
const LOW_STRIP_TILE = { widthPx: 132, heightPx: 92 };
const LOW_ROOM_PX = 620;

/**
 * Return where each tile is shown.
 * @param {import("./tiles.js").Tile[]} tiles the most important first
 * @param {number} widthPx
 * @param {number} heightPx
 * @param {boolean} isOneLarge the first is large, the others are a strip
 * @returns {Placing}
 */
export function place(tiles, widthPx, heightPx, isOneLarge) {
  const room = { xPx: 0, yPx: 0, widthPx, heightPx };
  if (widthPx < 1 || heightPx < 1 || !tiles.length) {
    return { places: new Map(), hidden: tiles, more: null };
  }
  const isSplit = isOneLarge && tiles.length > 1;
  return isSplit ? withStrip(tiles, room) : grid(tiles, room, shapeOf(room));
}

function shapeOf({ widthPx, heightPx }) {
  return heightPx > widthPx ? UPRIGHT : LYING;
}

function grid(tiles, room, shape) {
  const most = mostFitting(tiles.length, room, shape);
  return dealt(tiles, gridPlaces(Math.min(most, tiles.length), room, shape));
}

function mostFitting(count, { widthPx, heightPx }, shape) {
  let most = Math.min(count, MOST_TILES);
  while (most > 1) {
    const { tileWidthPx, tileHeightPx } = arrange(most, widthPx, heightPx, shape, GAP_PX);
    if (tileWidthPx >= LEAST_WIDTH_PX && tileHeightPx >= LEAST_HEIGHT_PX) {
      break;
    }
    most -= 1;
  }
  return most;
}

function gridPlaces(count, room, shape) {
  const { columns, rows, tileWidthPx, tileHeightPx } = arrange(
    count,
    room.widthPx,
    room.heightPx,
    shape,
    GAP_PX,
  );
  const top = room.yPx + middle(room.heightPx, rows, tileHeightPx);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = room.xPx + middle(room.widthPx, inRow, tileWidthPx);
    return {
      xPx: left + (index % columns) * (tileWidthPx + GAP_PX),
      yPx: top + row * (tileHeightPx + GAP_PX),
      widthPx: tileWidthPx,
      heightPx: tileHeightPx,
    };
  });
}

function middle(roomPx, count, sizePx) {
  return Math.max(0, Math.floor((roomPx - count * sizePx - (count - 1) * GAP_PX) / 2));
}

function withStrip(tiles, room) {
  const options = [below(tiles, room), beside(tiles, room)];
  const [best] = options.sort((one, other) => pictureArea(other.large) - pictureArea(one.large));
  const [large, ...others] = tiles;
  const strip = dealt(others, best.strip);
  return { ...strip, places: new Map([[large.key, best.large], ...strip.places]) };
}

function below([large, ...others], room) {
  const size = room.heightPx < LOW_ROOM_PX ? LOW_STRIP_TILE : STRIP_TILE;
  const fit = Math.max(1, Math.floor((room.widthPx + GAP_PX) / (LEAST_WIDTH_PX + GAP_PX)));
  const strip = { ...room, heightPx: Math.min(size.heightPx, room.heightPx / 3) };
  const restPx = room.heightPx - strip.heightPx - GAP_PX;
  const first = largePlace(large, { ...room, heightPx: restPx });
  strip.yPx = room.yPx + restPx + GAP_PX;
  return { large: first, strip: line(Math.min(fit, others.length), strip, size, "widthPx") };
}

function beside([large, ...others], room) {
  const size = room.widthPx < LOW_ROOM_PX ? LOW_STRIP_TILE : STRIP_TILE;
  const fit = Math.max(1, Math.floor((room.heightPx + GAP_PX) / (LEAST_HEIGHT_PX + GAP_PX)));
  const strip = { ...room, widthPx: Math.min(size.widthPx, room.widthPx / 3) };
  const restPx = room.widthPx - strip.widthPx - GAP_PX;
  const first = largePlace(large, { ...room, widthPx: restPx });
  strip.xPx = room.xPx + restPx + GAP_PX;
  return { large: first, strip: line(Math.min(fit, others.length), strip, size, "heightPx") };
}

/** Return places in one row or column in the middle of `room`. */
function line(count, room, size, along) {
  const isRow = along === "widthPx";
  const stepPx = Math.min(size[along], (room[along] - GAP_PX * (count - 1)) / count);
  const startPx = middle(room[along], count, stepPx);
  return Array.from({ length: count }, (_, index) => {
    const offsetPx = startPx + index * (stepPx + GAP_PX);
    return {
      xPx: Math.floor(room.xPx + (isRow ? offsetPx : 0)),
      yPx: Math.floor(room.yPx + (isRow ? 0 : offsetPx)),
      widthPx: Math.floor(isRow ? stepPx : room.widthPx),
      heightPx: Math.floor(isRow ? room.heightPx : stepPx),
    };
  });
}

/** A screen takes all there is; its picture is shown whole in it. A person is cut a little. */
function largePlace(tile, room) {
  if (tile.label === "screen") {
    return Object.fromEntries(Object.entries(room).map(([name, px]) => [name, Math.floor(px)]));
  }
  const { tileWidthPx, tileHeightPx } = fitted(room.widthPx, room.heightPx, shapeOf(room));
  return {
    xPx: Math.floor(room.xPx + (room.widthPx - tileWidthPx) / 2),
    yPx: Math.floor(room.yPx + (room.heightPx - tileHeightPx) / 2),
    widthPx: tileWidthPx,
    heightPx: tileHeightPx,
  };
}

function pictureArea({ widthPx, heightPx }) {
  return Math.min(widthPx, heightPx * LYING.widest) * Math.min(heightPx, widthPx / LYING.widest);
}

function dealt(tiles, places) {
  if (places.length >= tiles.length) {
    const shown = tiles.map((tile, index) => [tile.key, places[index]]);
    return { places: new Map(shown), hidden: [], more: null };
  }
  const more = places[places.length - 1];
  const seats = places.slice(0, -1);
  const shown = withMe(tiles, seats.length);
  return {
    places: new Map(shown.map((tile, index) => [tile.key, seats[index]])),
    hidden: tiles.filter((tile) => !shown.includes(tile)),
    more,
  };
}

function withMe(tiles, count) {
  const shown = tiles.slice(0, count);
  const me = tiles.find((tile) => tile.person.isMe && tile.label === "video");
  if (!me || shown.includes(me) || count < 2) {
    return shown;
  }
  return [...shown.slice(0, -1), me];
}
