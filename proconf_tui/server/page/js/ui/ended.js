/** After the meeting, or instead of it: what happened, why, and a way back where there is one. */

import { ending } from "../core/endings.js";
import { el } from "./dom.js";
import { button } from "./parts.js";

/** Says it once; it follows nothing. */
export class Ended {
  #heading = el("h1", { attrs: { tabindex: "-1" } });

  /**
   * @param {{reason: string, message: string, roomId: string|null, hasInvite: boolean,
   *   onJoinAgain: function(): void}} how `hasInvite` if the link gives a new token each time
   */
  constructor({ reason, message, roomId, hasInvite, onJoinAgain }) {
    const { heading, text, canJoinAgain } = ending({ reason, message, hasInvite });
    this.#heading.textContent = heading;
    this.element = el(
      "main",
      { class: "screen ended" },
      el(
        "div",
        { class: "card ended-card" },
        roomId && el("p", { class: "quiet" }, el("bdi", { text: roomId })),
        this.#heading,
        el("p", { text, attrs: { dir: "auto" } }),
        canJoinAgain
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
