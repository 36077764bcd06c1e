/**
 * Which size one's own pictures are sent in, for the largest size anybody looks at them in.
 *
 * The same few sizes as the terminal client's (media/picture_sizes.py), each twice as large as the
 * one before: every change costs a keyframe. Pure: no pictures, no clock.
 */

/** So long less must be wanted before less is sent: tiles come and go while people arrange them. */
const LESS_AFTER_MS = 1000;

const FEW_FPS = 15;
const MANY_FPS = 30;
const MANY_FROM_PX = 360;
const FULL_PX = 1 << 16;

const LEAST_BPS = 30_000;
const USUAL_BPS = 400_000;
const USUAL_PIXELS = 640 * 360;
const GROWTH = 0.73;

/**
 * @typedef {object} Ladder
 * @property {number[]} heightsPx the heights that pictures are sent in, where any but their own do
 * @property {number} finer how many times as fine as they are shown they are sent
 * @property {number} mostFps
 * @property {number} bitsShare of what a picture of that size needs in a terminal
 * @property {number} mostBps
 */

/** @type {Ladder} */
export const CAMERA = {
  heightsPx: [90, 180, 360, 720],
  finer: 1,
  mostFps: MANY_FPS,
  bitsShare: 1.5,
  mostBps: 2_000_000,
};

/**
 * Writing is read, and the codec halves the resolution of its colours.
 * @type {Ladder}
 */
export const SCREEN = {
  heightsPx: [90, 180, 360, 720, 1080],
  finer: 2,
  mostFps: FEW_FPS,
  bitsShare: 2,
  mostBps: 3_500_000,
};

/**
 * @typedef {object} Size
 * @property {number} widthPx
 * @property {number} heightPx
 */

/** Follows what is wanted: upwards at once, downwards once less is wanted for a while. */
export class SizeChoice {
  #ladder;
  #heightPx = 0;
  #lessSinceMs = null;

  /** @param {Ladder} ladder */
  constructor(ladder) {
    this.#ladder = ladder;
  }

  /** Begin anew, in whatever size is wanted next. */
  forget() {
    this.#heightPx = 0;
    this.#lessSinceMs = null;
  }

  /**
   * @param {Size|null} wanted the box in which the pictures are shown; null is any size
   * @param {Size} source the pictures' own size
   * @param {number} nowMs
   * @returns {{scaleDownBy: number, fps: number, bitrateBps: number}} what to send; never enlarged
   */
  choose(wanted, source, nowMs) {
    this.#follow(wanted === null ? FULL_PX : rungPx(this.#ladder, wanted, source), nowMs);
    const scaleDownBy = Math.max(1, source.heightPx / this.#heightPx);
    const heightPx = source.heightPx / scaleDownBy;
    const isSmooth = wanted === null || heightPx >= MANY_FROM_PX;
    return {
      scaleDownBy,
      fps: Math.min(this.#ladder.mostFps, isSmooth ? MANY_FPS : FEW_FPS),
      bitrateBps: bitrateBps(this.#ladder, (source.widthPx / scaleDownBy) * heightPx),
    };
  }

  #follow(heightPx, nowMs) {
    if (heightPx >= this.#heightPx) {
      this.#heightPx = heightPx;
      this.#lessSinceMs = null;
    } else if (this.#lessSinceMs === null) {
      this.#lessSinceMs = nowMs;
    } else if (nowMs - this.#lessSinceMs >= LESS_AFTER_MS) {
      this.#heightPx = heightPx;
      this.#lessSinceMs = null;
    }
  }
}

/**
 * The bitrate beyond which more bits do not show, by the power law of the terminal's encoder.
 * @param {Ladder} ladder
 * @param {number} pixels in one picture
 * @returns {number}
 */
export function bitrateBps(ladder, pixels) {
  const needed = USUAL_BPS * ladder.bitsShare * (pixels / USUAL_PIXELS) ** GROWTH;
  return Math.round(Math.min(ladder.mostBps, Math.max(LEAST_BPS, needed)));
}

function rungPx(ladder, wanted, source) {
  const ratio = Math.min(wanted.widthPx / source.widthPx, wanted.heightPx / source.heightPx);
  const neededPx = Math.max(1, Math.round(source.heightPx * ratio)) * ladder.finer;
  const last = ladder.heightsPx[ladder.heightsPx.length - 1];
  return ladder.heightsPx.find((each) => each >= neededPx) ?? last;
}
