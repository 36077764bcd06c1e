/** How well the server hears the others: who is silent, though connected, and who is gone. */

export class Qualities {
  #silent = new Set();

  /** @param {{peerId: string, quality: "good"|"lost"}} params of `peer-quality` */
  take({ peerId, quality }) {
    if (quality === "lost") {
      this.#silent.add(peerId);
    } else {
      this.#silent.delete(peerId);
    }
  }

  /**
   * Learn how the room is now: whoever comes back to it has not been silent since.
   *
   * @param {object|null} state a RoomState
   */
  follow(state) {
    for (const peerId of this.#silent) {
      if (!state?.participants[peerId]?.isConnected) {
        this.#silent.delete(peerId);
      }
    }
  }

  /** Know nothing of who was silent: one has been away oneself. */
  forget() {
    this.#silent.clear();
  }

  /**
   * Return the quality of everybody's connection.
   *
   * @param {object|null} state a RoomState
   * @returns {Map<string, "good"|"lost">} by peer id
   */
  of(state) {
    const members = Object.values(state?.participants ?? {});
    return new Map(members.map((each) => [each.peerId, this.#isHeard(each) ? "good" : "lost"]));
  }

  #isHeard({ peerId, isConnected }) {
    return isConnected && !this.#silent.has(peerId);
  }
}
