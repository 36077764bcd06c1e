/**
 * The panes beside the tiles: one at a time, or none. On a phone they are sheets over everything,
 * and Escape goes back to the tiles.
 */

import { el, show } from "./dom.js";
import { icon } from "./icons.js";

const SHEETS = "(max-width: 48rem)";

/** @typedef {"people"|"chat"} PaneName */

export class Side {
  #panes;
  #onChange;
  #media = matchMedia(SHEETS);
  #back = null;

  /** @type {?PaneName} */
  shown = null;

  /**
   * @param {Object<PaneName, {title: HTMLElement, content: HTMLElement, name: string}>} panes
   * @param {function(): void} onChange
   */
  constructor(panes, onChange) {
    this.#onChange = onChange;
    this.#panes = Object.fromEntries(
      Object.entries(panes).map(([name, pane]) => [name, this.#paneOf(pane)]),
    );
    const made = Object.values(this.#panes);
    this.element = el("div", { class: "side", attrs: { hidden: true } }, ...made);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) {
        this.close();
      }
    });
    this.#media.addEventListener("change", this.#onChange);
  }

  /** @returns {boolean} whether a pane lies over the tiles now */
  get isCovering() {
    return this.shown !== null && this.#media.matches;
  }

  /** @param {PaneName} name */
  toggle(name) {
    if (this.shown === name) {
      this.close();
    } else {
      this.open(name);
    }
  }

  /**
   * Show a pane and put the focus into it.
   * @param {PaneName} name
   */
  open(name) {
    this.#back ??= document.activeElement;
    this.#show(name);
    const pane = this.#panes[name];
    (pane.querySelector("textarea, input") ?? pane.querySelector(".pane-title")).focus();
  }

  /** Show no pane; the focus goes back to where it was. */
  close() {
    const hasFocus = this.element.contains(document.activeElement);
    this.#show(null);
    if (hasFocus && this.#back?.isConnected) {
      this.#back.focus();
    }
    this.#back = null;
  }

  /** Listen to nothing any more. */
  dispose() {
    this.#media.removeEventListener("change", this.#onChange);
  }

  #show(shown) {
    this.shown = shown;
    for (const [name, pane] of Object.entries(this.#panes)) {
      show(pane, name === shown);
    }
    show(this.element, shown !== null);
    this.#onChange();
  }

  #paneOf({ name, title, content }) {
    title.classList.add("pane-title");
    title.tabIndex = -1;
    const close = el(
      "button",
      {
        class: "button button-quiet button-icon",
        attrs: { type: "button", "aria-label": `Close ${name.toLowerCase()}` },
        on: { click: () => this.close() },
      },
      icon("close"),
    );
    return el(
      "aside",
      { class: "pane", attrs: { "aria-label": name, hidden: true } },
      el("header", { class: "pane-head" }, title, close),
      content,
    );
  }
}
