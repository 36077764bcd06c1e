/** Single keys that do what buttons do; never while one types, and never in a dialog. */

const TYPING = "input, select, textarea, [contenteditable], [role=menu], dialog";

/** What the keys do, for the dialog that tells it. Those of moderators come last. */
export const KEYS = [
  { key: "m", words: "Mute or unmute" },
  { key: "space", words: "Talk while muted: hold" },
  { key: "v", words: "Camera on or off" },
  { key: "r", words: "Raise or lower your hand" },
  { key: "e", words: "React with an emoji" },
  { key: "c", words: "Chat" },
  { key: "p", words: "People" },
  { key: "g", words: "Grid or speaker layout" },
  { key: "1–9", words: "Pin the tile of that number" },
  { key: "s", words: "Settings" },
  { key: "q", words: "Leave" },
  { key: "?", words: "These keys" },
  { key: "a", words: "Admit who waits longest", isForModerators: true },
  { key: "A", words: "Admit everyone who waits", isForModerators: true },
  { key: "l", words: "Lock or unlock the room", isForModerators: true },
  { key: "M", words: "Mute everyone; asks if they may unmute", isForModerators: true },
  { key: "C", words: "Room controls", isForModerators: true },
];

/**
 * Listen for keys.
 * @param {Object<string, function(): void>} handlers by key, as KeyboardEvent names it
 * @returns {function(): void} stops it
 */
export function listen(handlers) {
  const pressed = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    const handler = handlers[event.key];
    if (!handler || !isPlain || event.repeat || event.defaultPrevented || isBusy(event.target)) {
      return;
    }
    event.preventDefault();
    handler();
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function isBusy(target) {
  return target.closest?.(TYPING) || document.querySelector("dialog[open]") !== null;
}
