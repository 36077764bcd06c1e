/**
 * Which streams the tiles on a page show, and in how many of the screen's pixels.
 *
 * Pure. Whether somebody publishes what a tile is for is the server's business.
 */

const MOST_STREAMS = 64;
const MOST_PX = 8192;

/** Finer than this, faces gain nothing that anybody sees, and cost four times the bits. */
const MOST_PIXEL_RATIO = { video: 1.5, screen: 3 };

/** Sizes are told in such steps: dragging a window's edge is no news at every pixel. */
const STEP_PX = 16;

/**
 * @typedef {object} ShownTile
 * @property {string} peerId
 * @property {"video"|"screen"} label
 * @property {number} widthPx in CSS pixels
 * @property {number} heightPx in CSS pixels
 */

/**
 * @param {ShownTile[]} tiles the visible ones; what has no area is left out
 * @param {number} pixelRatio the screen's pixels to a CSS pixel
 * @returns {ShownTile[]} each stream once, in the largest size it has, in the screen's pixels
 */
export function watchedStreams(tiles, pixelRatio = 1) {
  const streams = new Map();
  for (const tile of tiles) {
    if (tile.widthPx >= 1 && tile.heightPx >= 1) {
      const key = JSON.stringify([tile.peerId, tile.label]);
      streams.set(key, larger(streams.get(key), onScreen(tile, pixelRatio)));
    }
  }
  return [...streams.values()].sort(byArea).slice(0, MOST_STREAMS);
}

/**
 * @param {ShownTile[]} one
 * @param {ShownTile[]} other
 * @returns {boolean} whether both ask for the same
 */
export function isSameWatch(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function onScreen({ peerId, label, widthPx, heightPx }, pixelRatio) {
  const ratio = Math.min(pixelRatio, MOST_PIXEL_RATIO[label] ?? 1);
  return { peerId, label, widthPx: told(widthPx * ratio), heightPx: told(heightPx * ratio) };
}

function told(sidePx) {
  return Math.min(MOST_PX, Math.max(1, Math.ceil(sidePx / STEP_PX) * STEP_PX));
}

function larger(one, other) {
  if (one === undefined) {
    return other;
  }
  const widthPx = Math.max(one.widthPx, other.widthPx);
  return { ...one, widthPx, heightPx: Math.max(one.heightPx, other.heightPx) };
}

function byArea(one, other) {
  return other.widthPx * other.heightPx - one.widthPx * one.heightPx;
}
