/** What is wrong now and passes: a connection that is made again, sound that the browser holds. */

import { el, setText } from "./dom.js";
import { button } from "./parts.js";

/**
 * Strips above the meeting; each is there as long as what it says. The region around them always
 * is, so that assistive technology tells of whichever comes into it.
 */
export class Notices {
  #reconnecting = el(
    "div",
    { class: "notice" },
    el("span", { class: "spinner" }),
    "The connection broke; reconnecting…",
  );
  #trouble = el("div", { class: "notice" });
  #sound;

  element = el("div", {
    class: "notices",
    attrs: { role: "status", "aria-atomic": "false" },
  });

  /** @param {{onTurnOn: function(): void}} how */
  constructor({ onTurnOn }) {
    this.#sound = el(
      "div",
      { class: "notice" },
      "The browser holds the sound back.",
      button("Turn on sound", "button-primary", onTurnOn),
    );
  }

  /** @param {{isReconnecting?: boolean, trouble?: string|null, isSoundBlocked?: boolean}} what */
  show({ isReconnecting = false, trouble = null, isSoundBlocked = false }) {
    setText(this.#trouble, trouble ?? "");
    this.#put(this.#reconnecting, isReconnecting);
    this.#put(this.#trouble, trouble !== null && !isReconnecting);
    this.#put(this.#sound, isSoundBlocked && !isReconnecting);
  }

  #put(strip, isShown) {
    if (!isShown) {
      strip.remove();
    } else if (strip.parentElement === null) {
      this.element.append(strip);
    }
  }
}
