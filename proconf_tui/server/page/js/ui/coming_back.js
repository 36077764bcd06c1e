/** After a reload: the seat is kept for a moment, and this page takes it again. */

import { el } from "./dom.js";

/** Says so; it follows nothing. */
export class ComingBack {
  #heading = el("h1", { text: "Coming back…", attrs: { tabindex: "-1" } });

  /** @param {{roomId: string}} how */
  constructor({ roomId }) {
    this.element = el(
      "main",
      { class: "screen ended" },
      el(
        "div",
        { class: "card ended-card" },
        el("p", { class: "quiet" }, el("bdi", { text: roomId })),
        this.#heading,
        el("p", { class: "quiet", text: "Your place in the meeting is kept for half a minute." }),
      ),
    );
  }

  focus() {
    this.#heading.focus({ preventScroll: true });
  }

  close() {}
}
