/** What one may do about somebody for oneself alone: hear, see and write to them. */

import { keyOf } from "../core/tiles.js";
import { percentOf } from "../core/volumes.js";
import { openVolume } from "./volume_dialog.js";

const NOBODY = "Go to somebody's tile or row, or pin them, to hear them louder or more quietly.";

export class PersonalActions {
  #announce;
  #voices;
  #grid;
  #writeTo;

  /**
   * @param {object} parts
   * @param {function(string, object=): void} parts.announce
   * @param {?import("./voices.js").Voices} parts.voices null where nobody can be heard
   * @param {import("./grid.js").Grid} parts.grid
   * @param {function(string): void} parts.writeTo opens the chat with that peer
   */
  constructor({ announce, voices, grid, writeTo }) {
    this.#announce = announce;
    this.#voices = voices;
    this.#grid = grid;
    this.#writeTo = writeTo;
  }

  /**
   * @param {import("../core/persons.js").Person} person
   * @returns {import("./menu.js").Item[]}
   */
  itemsFor(person) {
    const tile = keyOf(person.peerId, "video");
    const isPinned = this.#grid.pinned === tile;
    return [
      ...(this.#voices ? [this.#volumeItem(person)] : []),
      { label: isPinned ? "Unpin" : "Pin", icon: "pin", run: () => this.#grid.pin(tile) },
      { label: "Write privately", icon: "chat", run: () => this.#writeTo(person.peerId) },
    ];
  }

  /**
   * Play who has the focus, or else who is pinned, a step louder or more quietly.
   * @param {import("../core/persons.js").Person[]} people
   * @param {1|-1} direction
   */
  fade(people, direction) {
    const peerId = focusedPeer() ?? this.#grid.pinnedPeer;
    const person = people.find((one) => one.peerId === peerId && !one.isMe);
    if (!person || !this.#voices) {
      this.#announce(NOBODY, { isShown: true });
      return;
    }
    this.#announce(this.#faded(person, direction), { isShown: true });
  }

  #faded({ peerId, name }, direction) {
    const { volumes, canFade } = this.#voices;
    if (!canFade) {
      volumes.set(peerId, direction > 0 ? 1 : 0);
    } else if (!volumes.step(peerId, direction)) {
      return direction > 0 ? `${name} is as loud as it gets.` : `You no longer hear ${name}.`;
    }
    return `Volume of ${name}: ${percentOf(volumes.of(peerId))}`;
  }

  #volumeItem(person) {
    const isSilent = person.volume === 0;
    const run = () => openVolume(person, this.#voices);
    return { label: "Volume", icon: isSilent ? "sound-off" : "sound", run };
  }
}

function focusedPeer() {
  return document.activeElement?.closest("[data-peer-id]")?.dataset.peerId ?? null;
}
