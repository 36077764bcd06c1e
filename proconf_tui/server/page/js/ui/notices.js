/** What is wrong now and passes: a connection that is made again, sound that the browser holds. */

import { el, setText, show } from "./dom.js";
import { button } from "./parts.js";

/** Strips above the meeting; each is there as long as what it says. */
export class Notices {
  #reconnecting = el(
    "div",
    { class: "notice", attrs: { role: "status" } },
    el("span", { class: "spinner" }),
    "The connection broke; reconnecting…",
  );
  #trouble = el("div", { class: "notice", attrs: { role: "status" } });
  #sound;

  /** @param {{onTurnOn: function(): void}} how */
  constructor({ onTurnOn }) {
    this.#sound = el(
      "div",
      { class: "notice", attrs: { role: "status" } },
      "The browser holds the sound back.",
      button("Turn on sound", "button-primary", onTurnOn),
    );
    this.element = el(
      "div",
      { class: "notices" },
      this.#reconnecting,
      this.#trouble,
      this.#sound,
    );
    this.show({});
  }

  /** @param {{isReconnecting?: boolean, trouble?: string|null, isSoundBlocked?: boolean}} what */
  show({ isReconnecting = false, trouble = null, isSoundBlocked = false }) {
    show(this.#reconnecting, isReconnecting);
    setText(this.#trouble, trouble ?? "");
    show(this.#trouble, trouble !== null && !isReconnecting);
    show(this.#sound, isSoundBlocked && !isReconnecting);
  }
}
