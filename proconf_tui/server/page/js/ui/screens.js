/** The one screen that is shown, and who is shown next. */

/** Puts one screen in the place of another. */
export class Screens {
  #root;
  #shown = null;
  #name = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** What the screen is called; empty before the first. */
  get name() {
    return this.#name;
  }

  /** The screen itself; null before the first. */
  get shown() {
    return this.#shown;
  }

  /**
   * Show another screen, with the focus in it; the one before it is closed.
   * @param {string} name
   * @param {{element: HTMLElement, close: function(): void, focus?: function(): void}} screen
   */
  place(name, screen) {
    this.#shown?.close();
    this.#shown?.element.remove();
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
    this.#shown = screen;
    this.#name = name;
    this.#root.append(screen.element);
    focusOn(screen);
  }
}

function focusOn(screen) {
  if (screen.focus) {
    screen.focus();
    return;
  }
  screen.element.setAttribute("tabindex", "-1");
  screen.element.focus({ preventScroll: true });
}
