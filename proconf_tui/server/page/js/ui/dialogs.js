/**
 * Dialogs on the native <dialog>, which keeps the focus inside, closes on Escape and makes the
 * rest inert. Where the focus was before, it is again afterwards.
 */

import { el, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { button } from "./parts.js";

/**
 * Open a dialog around an element; it is gone from the page when it closes.
 * @param {HTMLElement} element
 * @param {{title: string, class?: string, onClose?: function(): void, signal?: AbortSignal}} how
 *   whose `signal` closes it
 * @returns {{close: function(): void, closed: Promise<void>}}
 */
export function open(element, { title, class: className = "", onClose, signal }) {
  const titleId = uniqueId("dialog-title");
  const dialog = el("dialog", {
    class: `dialog ${className}`.trim(),
    attrs: { "aria-labelledby": titleId },
  });
  const close = button("", "button-quiet button-icon", () => dialog.close());
  close.setAttribute("aria-label", "Close");
  close.append(icon("close"));
  dialog.append(
    el(
      "header",
      { class: "dialog-head" },
      el("h2", { text: title, attrs: { id: titleId } }),
      close,
    ),
    el("div", { class: "dialog-body" }, element),
  );
  return shown(dialog, { onClose, signal });
}

/**
 * Ask before something is done.
 * @param {{title: string, text?: string, confirm: string, cancel?: string, isDangerous?: boolean,
 *   signal?: AbortSignal}} question which `signal` answers with no
 * @returns {Promise<boolean>}
 */
export async function confirm(question) {
  const titleId = uniqueId("dialog-title");
  const textId = uniqueId("dialog-text");
  const dialog = el("dialog", {
    class: "dialog dialog-small",
    attrs: { "aria-labelledby": titleId, "aria-describedby": question.text ? textId : null },
  });
  let isAgreed = false;
  const agree = () => {
    isAgreed = true;
  };
  dialog.append(
    el(
      "form",
      { class: "dialog-body", attrs: { method: "dialog" }, on: { submit: agree } },
      el("h2", { text: question.title, attrs: { id: titleId } }),
      question.text && el("p", { text: question.text, attrs: { id: textId } }),
      buttons(question, () => dialog.close()),
    ),
  );
  await shown(dialog, { signal: question.signal }).closed;
  return isAgreed;
}

function buttons({ confirm: yes, cancel = "Cancel", isDangerous = false }, onCancel) {
  const agree = button(yes, isDangerous ? "button-danger" : "button-primary");
  agree.type = "submit";
  agree.autofocus = !isDangerous;
  return el("div", { class: "dialog-buttons" }, button(cancel, "", onCancel), agree);
}

function shown(dialog, { onClose, signal }) {
  const back = document.activeElement;
  document.body.append(dialog);
  closeFromOutside(dialog);
  const close = () => dialog.close();
  signal?.addEventListener("abort", close);
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      carryAbove();
      dialog.remove();
      signal?.removeEventListener("abort", close);
      if (back?.isConnected) {
        back.focus();
      }
      onClose?.();
      resolve();
    });
  });
  dialog.showModal();
  carryAbove();
  return { close, closed };
}

/** A press beside the dialog closes it; one that began in it, such as to mark words, does not. */
function closeFromOutside(dialog) {
  let isPressedOutside = false;
  dialog.addEventListener("pointerdown", ({ target }) => {
    isPressedOutside = target === dialog;
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog && isPressedOutside) {
      dialog.close();
    }
  });
}

/** What is told goes into the dialog on top: the browser makes everything else inert. */
function carryAbove() {
  const above = document.querySelector(".above");
  const place = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (above && above.parentElement !== place) {
    place.prepend(above);
  }
}
