/** Which keys do what, and whether they do. */

import { open } from "./dialogs.js";
import { el } from "./dom.js";
import { switchOf } from "./parts.js";
import { KEYS } from "./shortcuts.js";

/** @param {{isModerator: boolean, shortcuts: import("./shortcuts.js").Shortcuts}} who asks */
export function openHelp({ isModerator, shortcuts }) {
  const rows = KEYS.filter(({ isForModerators }) => isModerator || !isForModerators);
  const list = el(
    "dl",
    { class: "keys" },
    ...rows.map(({ key, words }) =>
      el("div", {}, el("dt", {}, el("kbd", { text: key })), el("dd", { text: words })),
    ),
  );
  open(el("div", {}, keySwitch(shortcuts), list), { title: "Keys", class: "dialog-small" });
}

/**
 * Make the switch for all keys that are letters, digits or signs.
 * @param {import("./shortcuts.js").Shortcuts} shortcuts
 * @returns {HTMLElement}
 */
export function keySwitch(shortcuts) {
  return switchOf("Single-letter keys", shortcuts.isOn, (isOn) => (shortcuts.isOn = isOn));
}
