/** Tells what happens in the meeting to whoever cannot see it, and of themselves to everybody. */

import { tell } from "../core/happenings.js";
import { participantOf } from "../core/people.js";
import { clean, cleanName } from "../core/text.js";
import { nameOr, otherName } from "../core/words.js";

export class Telling {
  #meeting;
  #announce;
  #isLobbySeen;
  #participants = null;
  #names = new Map();

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {function(string, object=): void} announce
   * @param {function(): boolean} isLobbySeen whether whoever knocks is before one's eyes anyway
   */
  constructor(meeting, announce, isLobbySeen) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#isLobbySeen = isLobbySeen;
    meeting.addEventListener("event", this.#happened);
    meeting.addEventListener("change", this.#changed);
  }

  /**
   * @param {string} identity
   * @returns {string} what they were called when they were seen, or the identity
   */
  nameOfIdentity = (identity) => this.#names.get(identity) ?? identity;

  /** Tell nothing more. */
  close() {
    this.#meeting.removeEventListener("event", this.#happened);
    this.#meeting.removeEventListener("change", this.#changed);
  }

  #happened = ({ detail, before }) => {
    const { room, meId } = this.#meeting;
    this.#remember(detail.participant ?? detail.waiting);
    const line = tell(detail, {
      nameOf: (peerId) => this.#nameOf(peerId, [room, before]),
      meId,
      controls: before?.controls ?? null,
    });
    if (line) {
      const isSeen = detail.type === "PeerKnocked" && this.#isLobbySeen();
      this.#announce(clean(line.text), isSeen ? { ...line, isShown: false } : line);
    }
  };

  #changed = () => {
    const participants = this.#meeting.room?.participants ?? null;
    if (participants !== this.#participants) {
      this.#participants = participants;
      Object.values(participants ?? {}).forEach((one) => this.#remember(one));
    }
  };

  #remember(seat) {
    if (seat) {
      this.#names.set(seat.identity, otherName(cleanName(seat.name)));
    }
  }

  #nameOf(peerId, rooms) {
    for (const room of rooms) {
      const seat = participantOf(room, peerId) ?? room?.lobby?.[peerId];
      if (seat) {
        const name = cleanName(seat.name);
        return peerId === this.#meeting.meId ? nameOr(name) : otherName(name);
      }
    }
    return "Somebody";
  }
}
