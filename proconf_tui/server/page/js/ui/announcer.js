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
  #polite = el("div", { class: "visually-hidden", attrs: { role: "status" } });
  #urgent = el("div", { class: "visually-hidden", attrs: { role: "alert" } });
  #toasts = el("div", { class: "toasts", attrs: { "aria-hidden": "true" } });

  element = el("div", { class: "announcer" }, this.#polite, this.#urgent, this.#toasts);

  /**
   * Tell a sentence; bound, so that it can be handed on as a function.
   * @param {string} text one clean line
   * @param {{isUrgent?: boolean, isShown?: boolean}} [how] urgent interrupts what a screen reader
   *   says; shown is also seen for a few seconds, as urgent always is
   */
  announce = (text, { isUrgent = false, isShown = isUrgent } = {}) => {
    const region = isUrgent ? this.#urgent : this.#polite;
    put(region, el("div", { text }), HEARD_MS);
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

function put(region, line, lastsMs) {
  region.append(line);
  while (region.childElementCount > MOST_SHOWN) {
    region.firstElementChild.remove();
  }
  setTimeout(() => line.remove(), lastsMs);
}
