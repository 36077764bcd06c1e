/**
 * What somebody said, as text in which addresses lead somewhere. However many rows that has, it
 * takes only so much room until somebody wants to see all of it.
 */

import { linkParts } from "../core/links.js";
import { el, setText, show } from "./dom.js";
import { button } from "./parts.js";

/** Makes the texts of one log, and looks whether they fit. */
export class ChatTexts {
  #mores = new Map();
  #sizes = new ResizeObserver((entries) => this.#sized(entries.map(({ target }) => target)));
  #onSized;

  /** @param {{onSized: function(): void}} how `onSized` is called when one is higher or lower */
  constructor({ onSized }) {
    this.#onSized = onSized;
  }

  /**
   * @param {string} text clean
   * @returns {HTMLElement}
   */
  make(text) {
    const parts = linkParts(text).map((part) => (part.href === null ? part.text : link(part)));
    const said = el("p", { class: "chat-text", attrs: { dir: "auto" } }, ...parts);
    const more = button("Show more", "button-quiet chat-show", () => this.#unfold(said));
    more.hidden = true;
    said.addEventListener("focusin", ({ target }) => {
      if (target.matches(":focus-visible")) {
        this.#unfold(said, true);
      }
    });
    this.#mores.set(said, more);
    this.#sizes.observe(said);
    return el("div", {}, said, more);
  }

  close() {
    this.#sizes.disconnect();
    this.#mores.clear();
  }

  #unfold(said, isWhole = !said.classList.contains("is-whole")) {
    const more = this.#mores.get(said);
    if (!more.hidden) {
      said.classList.toggle("is-whole", isWhole);
      setText(more, isWhole ? "Show less" : "Show more");
      more.setAttribute("aria-expanded", String(isWhole));
    }
  }

  #sized(texts) {
    for (const gone of texts.filter((said) => !said.isConnected)) {
      this.#sizes.unobserve(gone);
      this.#mores.delete(gone);
    }
    const folded = texts.filter(
      (said) => this.#mores.has(said) && said.clientHeight && !said.classList.contains("is-whole"),
    );
    const tall = new Set(folded.filter((said) => said.scrollHeight > said.clientHeight + 1));
    for (const said of folded) {
      said.classList.toggle("is-cut", tall.has(said));
      show(this.#mores.get(said), tall.has(said));
    }
    this.#onSized();
  }
}

/** The address is shown as it was said; where it looks like another one, it says which it is. */
function link({ text, href, host }) {
  return el("a", {
    text,
    attrs: { target: "_blank", rel: "noopener noreferrer", title: host },
    props: { href },
  });
}
