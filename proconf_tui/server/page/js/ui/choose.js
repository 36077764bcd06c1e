/** A question with a few answers, each a button; Escape answers nothing. */

import { open } from "./dialogs.js";
import { el } from "./dom.js";
import { button } from "./parts.js";

/**
 * Ask, and return the value that was chosen, or null.
 * @param {{title: string, text?: string,
 *   answers: {value: *, label: string, isDangerous?: boolean, isPrimary?: boolean}[],
 *   signal?: AbortSignal}} question
 *   the first answer has the focus, so it must not be the one that cannot be undone
 * @returns {Promise<*>}
 */
export async function choose({ title, text, answers, signal }) {
  let chosen = null;
  const buttons = answers.map(({ value, label, isDangerous, isPrimary }) => {
    const tone = isDangerous ? " button-danger" : isPrimary ? " button-primary" : "";
    return button(label, `button-wide${tone}`, () => {
      chosen = value;
      dialog.close();
    });
  });
  if (buttons.length) {
    buttons[0].autofocus = true;
  }
  const body = el("div", { class: "choices" }, text && el("p", { text }), ...buttons);
  const dialog = open(body, { title, class: "dialog-small", signal });
  await dialog.closed;
  return chosen;
}
