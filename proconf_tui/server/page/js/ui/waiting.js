/** Waiting: why one waits, since when, and one's own picture meanwhile. */

import { tryingAgain, whyWaiting } from "../core/endings.js";
import { duration } from "../core/words.js";
import { el, setText } from "./dom.js";
import { LoudnessBar } from "./loudness_bar.js";
import { button } from "./parts.js";
import { Preview } from "./preview.js";

/** Follows `meeting.waiting`; leaves by `onLeave`. */
export class Waiting {
  #meeting;
  #name;
  #equipment;
  #announce;
  #heading = el("h1", { attrs: { tabindex: "-1" } });
  #why = el("p");
  #since = el("p", { class: "quiet", attrs: { role: "timer", "aria-live": "off" } });
  #preview = new Preview();
  #meter = new LoudnessBar();
  #reason = null;
  #sinceMs = performance.now();
  #timer;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{name: string, equipment: import("./equipment.js").Equipment|null,
   *   announce: function, onLeave: function(): void}} how
   */
  constructor(meeting, { name, equipment, announce, onLeave }) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#name = name;
    this.#equipment = equipment;
    this.element = this.#page(meeting.roomId, onLeave);
    meeting.addEventListener("change", this.#draw);
    equipment?.addEventListener("change", this.#look);
    this.#timer = setInterval(this.#tick, 1_000);
    this.#draw();
    this.#look();
  }

  focus() {
    this.#heading.focus({ preventScroll: true });
  }

  close() {
    clearInterval(this.#timer);
    this.#meeting.removeEventListener("change", this.#draw);
    this.#equipment?.removeEventListener("change", this.#look);
    this.#preview.close();
    this.#meter.close();
  }

  #page(roomId, onLeave) {
    return el(
      "main",
      { class: "screen waiting" },
      el(
        "div",
        { class: "card waiting-card" },
        el("p", { class: "quiet" }, el("bdi", { text: roomId })),
        this.#heading,
        this.#why,
        this.#preview.element,
        this.#meter.element,
        el("p", { class: "quiet", text: "Nobody sees or hears you yet." }),
        el("div", { class: "waiting-end" }, this.#since, button("Leave", "", onLeave)),
      ),
    );
  }

  #draw = () => {
    const { waiting } = this.#meeting;
    if (!waiting || waiting.reason === this.#reason) {
      return;
    }
    const isAnother = this.#reason !== null;
    const { heading, text } = whyWaiting(waiting);
    this.#reason = waiting.reason;
    this.#sinceMs = performance.now();
    setText(this.#heading, heading);
    setText(this.#why, text);
    this.#tick();
    if (isAnother) {
      this.#announce(`${heading}. ${text}`);
    }
  };

  #look = () => {
    const track = this.#equipment?.of("camera").track ?? null;
    this.#preview.show({ track, name: this.#name });
    this.#meter.show(this.#equipment?.of("microphone").track ?? null);
  };

  #tick = () => {
    const nowMs = performance.now();
    const againAtMs = this.#meeting.waiting?.againAtMs ?? null;
    const waited = `Waiting for ${duration((nowMs - this.#sinceMs) / 1_000)}`;
    setText(this.#since, againAtMs === null ? waited : tryingAgain(againAtMs - nowMs));
  };
}
