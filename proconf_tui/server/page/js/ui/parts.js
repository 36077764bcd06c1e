/** The small parts that screens and dialogs are made of. */

import { el } from "./dom.js";

/**
 * Make a button with words on it.
 * @param {string} text
 * @param {string} className such as "button-primary", or none
 * @param {(function(Event): void)} [onClick]
 * @returns {HTMLButtonElement}
 */
export function button(text, className = "", onClick = undefined) {
  const element = el("button", {
    class: `button ${className}`.trim(),
    text,
    attrs: { type: "button" },
  });
  if (onClick) {
    element.addEventListener("click", onClick);
  }
  return element;
}

/**
 * Make a switch with words beside it.
 * @param {string} label
 * @param {boolean} isOn
 * @param {function(boolean): void} onSwitch
 * @returns {HTMLElement}
 */
export function switchOf(label, isOn, onSwitch) {
  const input = el("input", {
    attrs: { type: "checkbox", role: "switch" },
    props: { checked: isOn },
    on: { change: () => onSwitch(input.checked) },
  });
  return el("label", { class: "switch" }, input, label);
}

/**
 * Make a label and what it is for, one above the other.
 * @param {string} label
 * @param {HTMLElement} input has an id
 * @returns {HTMLElement}
 */
export function field(label, input) {
  const name = el("label", { text: label, attrs: { for: input.id } });
  return el("div", { class: "field" }, name, input);
}
