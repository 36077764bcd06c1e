/** Which keys do what. */

import { open } from "./dialogs.js";
import { el } from "./dom.js";
import { KEYS } from "./shortcuts.js";

/** @param {{isModerator: boolean}} who is asked for */
export function openHelp({ isModerator }) {
  const rows = KEYS.filter(({ isForModerators }) => isModerator || !isForModerators);
  const list = el(
    "dl",
    { class: "keys" },
    ...rows.map(({ key, words }) =>
      el("div", {}, el("dt", {}, el("kbd", { text: key })), el("dd", { text: words })),
    ),
  );
  open(list, { title: "Keys", class: "dialog-small" });
}
