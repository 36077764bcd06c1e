/**
 * A <video> that never shows what is not (or no longer) its own: hidden until a frame of its track
 * was presented, and when the next ones have stopped coming.
 */

import { el } from "./dom.js";

const STALLED_AFTER_MS = 5_000;
const LATE_AFTER_MS = 1_500;

export class Picture {
  #track = null;
  #hasFrame = false;
  #generation = 0;
  #since = 0;
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

  /** @returns {"none"|"awaited"|"late"|"live"|"stalled"} as of the last look */
  state = "none";

  /**
   * Show this track and nothing of the one before.
   * @param {?MediaStreamTrack} track
   */
  show(track) {
    if (track === this.#track) {
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
    const frames = this.element.getVideoPlaybackQuality().totalVideoFrames;
    if (frames !== this.#frames) {
      this.#frames = frames;
      this.#movedAt = now;
    }
    this.state = this.#stateAt(now);
    this.element.classList.toggle("is-live", this.state === "live");
  }

  /** Let the track go. */
  close() {
    this.show(null);
  }

  #awaitFrame(generation) {
    if (!this.#track) {
      return;
    }
    this.element.requestVideoFrameCallback(() => {
      if (generation === this.#generation) {
        this.#hasFrame = true;
        this.#movedAt = performance.now();
        this.look();
        this.#onChange();
      }
    });
  }

  #stateAt(now) {
    if (!this.#hasFrame) {
      const isLate = now - this.#since > LATE_AFTER_MS;
      return isLate ? "late" : this.#track ? "awaited" : "none";
    }
    const isStill = now - this.#movedAt > STALLED_AFTER_MS;
    return isStill && !this.isStillAllowed ? "stalled" : "live";
  }
}
