/**
 * A <video> that never shows what is not (or no longer) its own: hidden until a frame of its track
 * was presented, and when the next ones have stopped coming.
 */

import { el } from "./dom.js";
import { framesOf, onNextFrame } from "./frames.js";

const STALLED_AFTER_MS = 5_000;
const LATE_AFTER_MS = 1_500;

export class Picture {
  #coming = null;
  #track = null;
  #hasFrame = false;
  #generation = 0;
  #since = 0;
  #isAwaited = false;
  #frames = 0;
  #movedAt = 0;
  #onChange;

  /**
   * @param {function(): void} onChange called when the first frame of a track is there
   * @param {{isStillAllowed: boolean}} how a shared screen may stand still for long
   */
  constructor(onChange, { isStillAllowed }) {
    this.#onChange = onChange;
    this.isStillAllowed = isStillAllowed;
    this.element = el("video", {
      class: "picture",
      attrs: { playsinline: true, "aria-hidden": "true", tabindex: -1 },
      props: { muted: true, autoplay: true, disablePictureInPicture: true },
    });
  }

  /** @type {"awaited"|"late"|"live"|"stalled"} as of the last look */
  state = "awaited";

  /**
   * Show this and nothing of the one before.
   * @param {?import("../media/subscribing.js").Coming} coming
   * @param {boolean} isAwaited whether a picture should come, track or not
   */
  show(coming, isAwaited) {
    const track = coming?.track ?? null;
    this.#coming = coming;
    if (isAwaited !== this.#isAwaited) {
      this.#isAwaited = isAwaited;
      this.#since = performance.now();
    }
    if (track === this.#track) {
      this.hideOthers();
      return;
    }
    this.#track = track;
    this.element.srcObject = track && new MediaStream([track]);
    this.forget();
    if (track) {
      // It is refused only if another track comes before it plays, which then plays.
      this.element.play().catch(() => {});
    }
  }

  /** Hide what is shown until another frame comes. */
  forget() {
    this.#generation += 1;
    this.#hasFrame = false;
    this.#since = performance.now();
    this.#awaitFrame(this.#generation);
    this.look();
  }

  /** Find out how it stands; frames tell of themselves only when the first one comes. */
  look() {
    const now = performance.now();
    const frames = framesOf(this.element);
    if (frames !== this.#frames) {
      this.#frames = frames;
      this.#movedAt = now;
    }
    this.state = this.#stateAt(now);
  }

  /** Hide what is shown if its track carries somebody else's by now. */
  hideOthers() {
    if (this.#hasFrame && !this.#coming.isConfirmed) {
      this.forget();
    }
  }

  /** Let the track go. */
  close() {
    this.show(null, false);
  }

  #awaitFrame(generation) {
    if (!this.#track) {
      return;
    }
    onNextFrame(this.element, (rtpTimestamp) => {
      if (generation !== this.#generation) {
        return;
      }
      if (this.#coming.isTheirs(rtpTimestamp)) {
        this.#took();
      } else {
        // Of whoever had this track before.
        this.#awaitFrame(generation);
      }
    });
  }

  #took() {
    this.#hasFrame = true;
    this.#movedAt = performance.now();
    this.look();
    this.#onChange();
  }

  #stateAt(now) {
    if (!this.#hasFrame) {
      const waitedMs = now - this.#since;
      const soFar = waitedMs > LATE_AFTER_MS ? "late" : "awaited";
      return waitedMs > STALLED_AFTER_MS ? "stalled" : soFar;
    }
    const isStill = now - this.#movedAt > STALLED_AFTER_MS;
    return isStill && !this.isStillAllowed ? "stalled" : "live";
  }
}
