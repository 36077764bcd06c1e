/**
 * What happens, told to whoever cannot see it happen, and shown for a moment where everybody
 * should notice it.
 */

import { el } from "./dom.js";

const HEARD_MS = 4_000;
const SHOWN_MS = 7_000;
const MOST_SHOWN = 4;

/** Live regions, and the short notices above everything; in the page as long as that lives. */
export class Announcer {
  #polite = region("status");
  #urgent = region("alert");
  #toasts = el("div", { class: "toasts", attrs: { "aria-hidden": "true" } });

  element = el("div", { class: "announcer" }, this.#polite, this.#urgent, this.#toasts);

  /**
   * Tell a sentence; bound, so that it can be handed on as a function.
   * @param {string} sentence one clean line
   * @param {{isUrgent?: boolean, isShown?: boolean}} [how] urgent interrupts what a screen reader
   *   says; shown is also seen for a few seconds, as urgent always is
   */
  announce = (sentence, { isUrgent = false, isShown = isUrgent } = {}) => {
    const text = withoutStop(sentence);
    put(isUrgent ? this.#urgent : this.#polite, el("div", { text }), HEARD_MS);
    if (isShown) {
      const tone = isUrgent ? "toast toast-urgent" : "toast";
      put(this.#toasts, el("div", { class: tone, text }), SHOWN_MS);
    }
  };

  /** Show no more what belongs to a screen that is gone. */
  clearShown() {
    this.#toasts.replaceChildren();
  }
}

/** One sentence alone ends without a full stop, whoever wrote it. */
function withoutStop(text) {
  return /^[^.!?]*\.$/u.test(text) ? text.slice(0, -1) : text;
}

/** Of the role alone, all of it would be read out again with each line. */
function region(role) {
  return el("div", { class: "visually-hidden", attrs: { role, "aria-atomic": "false" } });
}

function put(place, line, lastsMs) {
  place.append(line);
  while (place.childElementCount > MOST_SHOWN) {
    place.firstElementChild.remove();
  }
  setTimeout(() => line.remove(), lastsMs);
}
