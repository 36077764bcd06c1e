/**
 * Single keys that do what buttons do; never while one types, and never in a dialog. Who speaks to
 * their machine, or hits keys by mistake, switches them off for all visits.
 */

import { isComposed, keyOf } from "../core/keys.js";

const TYPING = "input, select, textarea, [contenteditable], [role=menu], dialog";

/** What the keys do, for the dialog that tells it. Those of moderators come last. */
export const KEYS = [
  { key: "m", words: "Mute or unmute" },
  { key: "space", words: "Talk while muted: hold", isAlways: true },
  { key: "v", words: "Camera on or off" },
  { key: "r", words: "Raise or lower your hand" },
  { key: "e", words: "React with an emoji" },
  { key: "c", words: "Chat" },
  { key: "p", words: "People" },
  { key: "i", words: "Invite somebody" },
  { key: "+ −", words: "Hear louder or more quietly, you alone, who has the focus or is pinned" },
  { key: "g", words: "Grid or speaker layout" },
  { key: "1–9", words: "Pin the tile of that number" },
  { key: "0", words: "Pin a shared screen, the next one, then none" },
  { key: "s", words: "Settings" },
  { key: "t", words: "Statistics: how sound and pictures do" },
  { key: "q", words: "Leave" },
  { key: "?", words: "These keys" },
  { key: "a", words: "Admit who waits longest", isForModerators: true },
  { key: "A", words: "Admit everyone who waits", isForModerators: true },
  { key: "d", words: "Refuse who waits longest", isForModerators: true },
  { key: "l", words: "Lock or unlock the room", isForModerators: true },
  { key: "M", words: "Mute everyone; asks if they may unmute", isForModerators: true },
  { key: "P", words: "Suspend the meeting; again brings it back", isForModerators: true },
  { key: "C", words: "Room controls, and who is blocked", isForModerators: true },
];

export class Shortcuts {
  #store;
  #isOn;
  #handlers;

  /**
   * Listen for keys.
   * @param {Object<string, function(): void>} handlers by key, as KeyboardEvent names it
   * @param {{hasKeys: boolean}} store where it is remembered that they are off
   */
  constructor(handlers, store) {
    this.#handlers = handlers;
    this.#store = store;
    this.#isOn = store.hasKeys;
    document.addEventListener("keydown", this.#pressed);
  }

  /** Whether they do anything. */
  get isOn() {
    return this.#isOn;
  }

  set isOn(isOn) {
    this.#isOn = isOn;
    this.#store.hasKeys = isOn;
  }

  /** Listen no more. */
  close() {
    document.removeEventListener("keydown", this.#pressed);
  }

  #pressed = (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !isComposed(event);
    const key = keyOf(event);
    const handler = this.#isOn && Object.hasOwn(this.#handlers, key) && isPlain;
    if (!handler || event.repeat || event.defaultPrevented || isBusy(event.target)) {
      return;
    }
    event.preventDefault();
    this.#handlers[key]();
  };
}

function isBusy(target) {
  return target.closest?.(TYPING) || document.querySelector("dialog[open]") !== null;
}
