/**
 * The row of buttons. What a button does and whether it can be used now comes from its action; the
 * row keeps the buttons, moves the focus with the arrow keys, and folds some away on small screens.
 */

import { el, setAttribute, setText, show } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { openMenu } from "./menu.js";

/**
 * @typedef {object} Look how a button is now
 * @property {string} label also its accessible name
 * @property {string} icon
 * @property {string} [why] why it cannot be used now
 * @property {"off"|"on"|"danger"} [tone]
 * @property {string} [badge] a sign on it
 * @property {string} [told] the badge in words
 * @property {boolean} [isExpanded] whether what it opens is open
 */

/**
 * @typedef {object} Action
 * @property {string} id
 * @property {string} [keys] the key that does the same
 * @property {"always"|"roomy"|"wide"} rank where there is room for it; else it is under "More"
 * @property {function(): Look} look
 * @property {function(HTMLButtonElement): void} run
 */

export class Toolbar {
  #actions;
  #onRefused;
  #onPointed;
  #hasKeys;
  #buttons = new Map();
  #more;
  #visible = [];
  // To ask each button whether it is seen has everything laid out: it is done when that changes.
  #observer = new ResizeObserver(() => this.#fold());

  /**
   * @param {Action[]} actions
   * @param {{onRefused: function(string): void, onPointed: function(): void,
   *   hasKeys: function(): boolean}} how `onRefused` is called with the reason where one is used
   *   that cannot be, `onPointed` before whatever is done by mouse or touch: the focus should not
   *   stay on a button that the space bar presses; `hasKeys` says whether keys do the same
   */
  constructor(actions, { onRefused, onPointed, hasKeys }) {
    this.#actions = actions;
    this.#onRefused = onRefused;
    this.#onPointed = onPointed;
    this.#hasKeys = hasKeys;
    const made = actions.map((action) => this.#made(action));
    this.#more = this.#moreButton();
    made.splice(-1, 0, this.#more);
    this.element = el(
      "div",
      { class: "toolbar", attrs: { role: "toolbar", "aria-label": "Meeting" } },
      ...made,
    );
    this.element.addEventListener("keydown", (event) => this.#moved(event));
    this.element.addEventListener("focusin", ({ target }) => this.#setCurrent(target));
    this.#observer.observe(this.element);
    this.update();
  }

  /** Show how everything is now. */
  update() {
    const hasKeys = this.#hasKeys();
    const toned = this.#actions.map(({ id, look }) =>
      this.#buttons.get(id).show({ ...look(), hasKeys }),
    );
    if (toned.includes(true)) {
      this.#fold();
    }
  }

  /** Let go of the window. */
  close() {
    this.#observer.disconnect();
  }

  /**
   * @param {string} id of an action
   * @returns {HTMLButtonElement} the one to press for it: its own, or "More" where it is folded
   */
  buttonOf(id) {
    const { element } = this.#buttons.get(id);
    return this.#visible.includes(element) ? element : this.#more;
  }

  /**
   * Do what a button does.
   * @param {string} id
   */
  press(id) {
    const action = this.#actions.find((one) => one.id === id);
    const { why } = action.look();
    if (why) {
      this.#onRefused(why);
    } else {
      action.run(this.buttonOf(id));
    }
  }

  #made({ id, keys, rank }) {
    const button = new ToolButton(keys);
    button.element.classList.add(`tool-${rank}`);
    button.element.dataset.action = id;
    button.element.addEventListener("click", ({ detail }) => {
      if (detail > 0) {
        this.#onPointed();
      }
      this.press(id);
    });
    this.#buttons.set(id, button);
    return button.element;
  }

  #moreButton() {
    const button = new ToolButton();
    button.show({ label: "More", icon: "more" });
    const { element } = button;
    element.classList.add("tool-more");
    setAttribute(element, "aria-haspopup", "menu");
    element.addEventListener("click", () => openMenu(element, this.#folded(), { label: "More" }));
    return element;
  }

  #folded() {
    return this.#actions
      .filter(({ id }) => !this.#visible.includes(this.#buttons.get(id).element))
      .map(({ id, look }) => ({ ...look(), run: () => this.press(id) }));
  }

  #fold() {
    this.#visible = [...this.element.children].filter((button) => button.offsetParent);
    this.#rove();
  }

  #moved(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = this.#visible;
    const here = buttons.indexOf(document.activeElement);
    if (step === undefined || here < 0 || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const next = buttons[(here + step + buttons.length) % buttons.length];
    next.focus();
    event.preventDefault();
  }

  /** One of them can be reached with Tab, and the others from there. */
  #rove() {
    const current = this.#visible.find((button) => button.getAttribute("tabindex") === "0");
    this.#setCurrent(current ?? this.#visible[0]);
  }

  #setCurrent(current) {
    for (const button of this.#visible) {
      setAttribute(button, "tabindex", button === current ? 0 : -1);
    }
  }
}

class ToolButton {
  #icon = icon("more");
  #label = el("span", { class: "tool-label" });
  #badge = el("span", { class: "tool-badge", attrs: { "aria-hidden": "true", hidden: true } });
  #keys;

  constructor(keys) {
    this.#keys = keys;
    this.element = el(
      "button",
      { class: "tool", attrs: { type: "button" } },
      el("span", { class: "tool-sign" }, this.#icon, this.#badge),
      this.#label,
    );
  }

  /** Returns whether its tone is another now, by which what is folded away may depend. */
  show({ label, icon: name, tone = "", badge = "", isExpanded, ...rest }) {
    setIcon(this.#icon, name);
    setText(this.#label, label);
    setText(this.#badge, badge);
    show(this.#badge, badge !== "");
    const { element } = this;
    setAttribute(element, "aria-label", label);
    if (isExpanded !== undefined) {
      setAttribute(element, "aria-expanded", String(isExpanded));
    }
    this.#tell(label, rest);
    const isToned = (element.getAttribute("data-tone") ?? "") !== tone;
    setAttribute(element, "data-tone", tone || null);
    return isToned;
  }

  #tell(label, { why = "", told = "", hasKeys = false }) {
    const { element } = this;
    const keys = hasKeys ? this.#keys : undefined;
    setAttribute(element, "aria-disabled", why ? "true" : null);
    setAttribute(element, "aria-description", why || told || null);
    setAttribute(element, "aria-keyshortcuts", keys ?? null);
    setAttribute(element, "title", why || (keys ? `${label} (${keys})` : label));
  }
}
