/** After the meeting, or instead of it: what happened, why, and a way back where there is one. */

import { ending } from "../core/endings.js";
import { el } from "./dom.js";
import { button } from "./parts.js";

/** Says it once; it follows nothing. */
export class Ended {
  #heading = el("h1", { attrs: { tabindex: "-1" } });

  /**
   * @param {{reason: string, message: string, roomId: string|null,
   *   onJoinAgain: (function(): void)|null}} how without `onJoinAgain` there is no way back
   */
  constructor({ reason, message, roomId, onJoinAgain }) {
    const { heading, canJoinAgain } = ending(reason);
    this.#heading.textContent = heading;
    this.element = el(
      "main",
      { class: "screen ended" },
      el(
        "div",
        { class: "card ended-card" },
        roomId && el("p", { class: "quiet" }, el("bdi", { text: roomId })),
        this.#heading,
        message !== `${heading}.` && el("p", { text: message, attrs: { dir: "auto" } }),
        canJoinAgain && onJoinAgain
          ? button("Join again", "button-primary", onJoinAgain)
          : el("p", { class: "quiet", text: "You can close this page." }),
      ),
    );
  }

  focus() {
    this.#heading.focus({ preventScroll: true });
  }

  close() {}
}
