/** One line to write in, under its label, and below it what is to be said of it. */

import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { field } from "./parts.js";

export class EntryField {
  #words = el("p", { class: "field-words", attrs: { id: uniqueId("words"), "aria-live": "polite" } });

  /**
   * @param {string} label
   * @param {{attrs: object, props: object, onInput?: function(): void}} how of the input
   */
  constructor(label, { attrs, props, onInput = () => {} }) {
    this.input = el("input", {
      class: "input",
      attrs: { id: uniqueId("entry"), ...attrs },
      props,
      on: { input: onInput },
    });
    this.element = field(label, this.input);
    this.element.append(this.#words);
    this.say("");
  }

  /**
   * @param {string} words empty for none
   * @param {{isWrong?: boolean}} [how] whether what is written must be changed
   */
  say(words, { isWrong = false } = {}) {
    setText(this.#words, words);
    show(this.#words, words !== "");
    this.#words.classList.toggle("is-wrong", isWrong);
    setAttribute(this.input, "aria-invalid", isWrong ? "true" : null);
    setAttribute(this.input, "aria-describedby", words ? this.#words.id : null);
  }
}
