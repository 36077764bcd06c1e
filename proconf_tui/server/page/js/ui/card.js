/** A page of one card, which says one thing about a meeting that one is not in. */

import { el } from "./dom.js";

/** It follows nothing; its heading takes the focus. */
export class Card {
  #heading;

  /**
   * @param {{roomId: string|null, heading: string}} what
   * @param {...(Node|null)} below what stands under the heading
   */
  constructor({ roomId, heading }, ...below) {
    this.#heading = el("h1", { text: heading, attrs: { tabindex: "-1" } });
    this.element = el(
      "main",
      { class: "screen ended" },
      el(
        "div",
        { class: "card ended-card" },
        roomId && el("p", { class: "quiet" }, el("bdi", { text: roomId })),
        this.#heading,
        ...below,
      ),
    );
  }

  focus() {
    this.#heading.focus({ preventScroll: true });
  }

  close() {}
}
