/**
 * A menu that a button opens: arrows move in it, Escape and a click elsewhere close it, and the
 * focus goes back to the button. What is in it is asked when it opens.
 */

import { el } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Item
 * @property {string} label
 * @property {string} [icon]
 * @property {string} [name] the accessible name, where the label is a mere sign
 * @property {string} [why] why it cannot be chosen now
 * @property {boolean} [isDangerous]
 * @property {function(): void} run
 */

let opened = null;

/**
 * Make a button open a menu.
 * @param {HTMLButtonElement} button
 * @param {function(): Item[]} itemsOf
 * @param {{label: string, class?: string}} how the label names the menu
 */
export function attachMenu(button, itemsOf, how) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => openMenu(button, itemsOf(), how));
}

/** Close whatever menu is open; the focus goes back to its button. */
export function closeMenu() {
  opened?.close();
}

/**
 * Close the menu whose button is not to be seen any more.
 * @returns {boolean} whether there was one
 */
export function closeStrayMenu() {
  const isStray = opened !== null && opened.button.getClientRects().length === 0;
  if (isStray) {
    closeMenu();
  }
  return isStray;
}

/**
 * Open a menu at a button, or close the one that is open there.
 * @param {HTMLButtonElement} button
 * @param {Item[]} items
 * @param {{label: string, class?: string}} how
 */
export function openMenu(button, items, how) {
  const isThere = opened?.button === button;
  closeMenu();
  if (!isThere) {
    opened = new Menu(button, items, how);
  }
}

class Menu {
  #menu;

  constructor(button, items, { label, class: className = "" }) {
    this.button = button;
    this.#menu = el(
      "div",
      { class: `menu ${className}`.trim(), attrs: { role: "menu", "aria-label": label } },
      ...items.map((item) => entry(item, this.close)),
    );
    this.#menu.addEventListener("keydown", (event) => moved(this.#menu, event, this.close));
    document.addEventListener("pointerdown", this.#pointed, true);
    addEventListener("resize", this.close);
    button.setAttribute("aria-expanded", "true");
    document.body.append(this.#menu);
    beside(this.#menu, button);
    this.#menu.querySelector("[role=menuitem]")?.focus();
  }

  close = () => {
    this.#forget();
    if (this.button.isConnected) {
      this.button.focus();
    }
  };

  #forget() {
    opened = null;
    document.removeEventListener("pointerdown", this.#pointed, true);
    removeEventListener("resize", this.close);
    this.#menu.remove();
    this.button.setAttribute("aria-expanded", "false");
  }

  #pointed = ({ target }) => {
    if (!this.#menu.contains(target) && !this.button.contains(target)) {
      this.#forget();
    }
  };
}

function entry(item, close) {
  const element = el(
    "button",
    {
      class: item.isDangerous ? "menu-item menu-item-danger" : "menu-item",
      attrs: {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        title: item.why || null,
        "aria-label": item.name ?? null,
        "aria-disabled": item.why ? "true" : null,
      },
    },
    item.icon && icon(item.icon),
    el("span", { text: item.label }),
  );
  element.addEventListener("click", () => {
    if (!item.why) {
      close();
      item.run();
    }
  });
  return element;
}

function moved(menu, event, close) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const here = items.indexOf(document.activeElement);
  const target = {
    ArrowDown: here + 1,
    ArrowRight: here + 1,
    ArrowUp: here - 1,
    ArrowLeft: here - 1,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (target !== undefined) {
    items[(target + items.length) % items.length].focus();
    event.preventDefault();
  } else if (event.key === "Escape" || event.key === "Tab") {
    close();
    event.preventDefault();
  } else if (event.key.length === 1 && event.key !== " ") {
    const key = event.key.toLowerCase();
    [...items.slice(here + 1), ...items]
      .find((item) => item.textContent.toLowerCase().startsWith(key))
      ?.focus();
  }
  event.stopPropagation();
}

const MARGIN_PX = 8;

function beside(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isBelow = at.bottom + height + MARGIN_PX < innerHeight;
  const top = isBelow ? at.bottom + 4 : Math.max(MARGIN_PX, at.top - height - 4);
  const isAtEnd = at.left + width + MARGIN_PX > innerWidth;
  const left = isAtEnd ? Math.max(MARGIN_PX, at.right - width) : at.left;
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}
