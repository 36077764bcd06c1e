/** The emoji to react with: the same as in the terminal. */

import { openMenu } from "./menu.js";

const REACTIONS = [
  ["👍", "Thumbs up"],
  ["👎", "Thumbs down"],
  ["👏", "Applause"],
  ["🎉", "Celebrate"],
  ["😂", "Laugh"],
  ["😮", "Surprised"],
  ["🤔", "Thinking"],
  ["💙", "Heart"],
];

/**
 * Open the menu of emoji at a button.
 * @param {HTMLButtonElement} button
 * @param {function(string): void} onChosen
 */
export function openReactions(button, onChosen) {
  const items = REACTIONS.map(([emoji, name]) => ({
    label: emoji,
    name: `${name} ${emoji}`,
    run: () => onChosen(emoji),
  }));
  openMenu(button, items, { label: "React", class: "menu-emoji" });
}
