/** How loud one's own microphone is, as a bar that moves with the voice. */

import { LevelMeter } from "../media/level_meter.js";
import { el, show } from "./dom.js";

const SILENCE_DBFS = -60;
const FULL_DBFS = -10;
const NOTHING_DBFS = -85;
const NOTHING_AFTER_MS = 4_000;

/** Measures while it is shown a track; it ends none. */
export class LoudnessBar {
  #bar = el("div", { class: "meter-bar" });
  #hint = el("p", {
    class: "meter-hint quiet",
    text: "Nothing comes from this microphone; check its switch or choose another one.",
    attrs: { hidden: true },
  });
  #track = null;
  #levels = null;
  #frame = 0;
  #heardAtMs = 0;

  element = el(
    "div",
    { class: "meter" },
    el("div", { class: "meter-track", attrs: { "aria-hidden": "true" } }, this.#bar),
    this.#hint,
  );

  /** @param {MediaStreamTrack|null} track */
  show(track) {
    if (track === this.#track) {
      return;
    }
    this.close();
    this.#track = track;
    if (track) {
      this.#levels = new LevelMeter(track);
      this.#heardAtMs = performance.now();
      this.#frame = requestAnimationFrame(this.#draw);
    }
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#levels?.close();
    this.#levels = null;
    this.#track = null;
    this.#bar.style.scale = "0 1";
    show(this.#hint, false);
  }

  #draw = (nowMs) => {
    const { dbfs } = this.#levels;
    const share = (dbfs - SILENCE_DBFS) / (FULL_DBFS - SILENCE_DBFS);
    this.#bar.style.scale = `${Math.min(1, Math.max(0, share)).toFixed(3)} 1`;
    if (dbfs > NOTHING_DBFS || this.#levels.isSuspended) {
      this.#heardAtMs = nowMs;
    }
    show(this.#hint, nowMs - this.#heardAtMs > NOTHING_AFTER_MS);
    this.#frame = requestAnimationFrame(this.#draw);
  };
}
