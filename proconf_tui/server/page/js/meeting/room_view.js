/** The room as this participant may see it, folded forward by what the server tells. */

import { follow } from "../core/room_state.js";
import { participantOf } from "../core/people.js";

export class RoomView {
  /** A RoomState of docs/protocol.md; null until one is in. */
  state = null;
  meId = null;
  /**
   * Where the chat has holes: lines said after `version` may be missing up to the next one here.
   *
   * @type {{version: number}[]}
   */
  gaps = [];
  #isBroken = false;

  /** Oneself as a Participant; null until one is in. */
  get me() {
    return participantOf(this.state, this.meId);
  }

  /** The room's version that was seen last; 0 if what is known must be told afresh. */
  get version() {
    return this.#isBroken ? 0 : (this.state?.version ?? 0);
  }

  /**
   * Learn who one is; whoever is somebody new knows nothing of the room any more.
   *
   * @param {string} meId
   */
  seat(meId) {
    if (this.meId !== null && this.meId !== meId) {
      this.state = null;
      this.gaps = [];
    }
    this.meId = meId;
  }

  /**
   * Take a whole new view.
   *
   * @param {object} state
   * @param {boolean} hasGap whether some of what happened will never be told
   */
  replace(state, hasGap) {
    if (hasGap) {
      this.gaps = [...this.gaps, { version: this.state?.version ?? 0 }];
    }
    this.state = state;
    this.#isBroken = false;
  }

  /**
   * Fold what happened; who is not in yet is shown nothing.
   *
   * @param {object[]} events
   * @param {number} version
   * @throws {ProconfError} INVALID_MESSAGE: they do not follow from what was shown before
   */
  apply(events, version) {
    if (this.state === null) {
      return;
    }
    try {
      this.state = follow(this.state, events, version);
    } catch (error) {
      // Told the same once more, it would make no more sense.
      this.#isBroken = true;
      throw error;
    }
  }
}
