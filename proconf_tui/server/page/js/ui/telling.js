/** Tells what happens in the meeting to whoever cannot see it, and of themselves to everybody. */

import { joinedTogether, tell } from "../core/happenings.js";
import { participantOf } from "../core/people.js";
import { clean, cleanName } from "../core/text.js";
import { nameOr, otherName } from "../core/words.js";

/** Who comes in within so short a time is told in one sentence. */
const TOGETHER_MS = 800;

export class Telling {
  #meeting;
  #announce;
  #isLobbySeen;
  #participants = null;
  #comers = [];
  #gathering = null;
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
    clearTimeout(this.#gathering);
    this.#meeting.removeEventListener("event", this.#happened);
    this.#meeting.removeEventListener("change", this.#changed);
  }

  #happened = ({ detail, before }) => {
    const { room, meId } = this.#meeting;
    this.#remember(detail.participant ?? detail.waiting);
    if (detail.type === "PeerJoined") {
      this.#joined(detail.participant);
      return;
    }
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

  #joined({ peerId, name }) {
    if (peerId !== this.#meeting.meId) {
      this.#comers.push(otherName(cleanName(name)));
      this.#gathering ??= setTimeout(() => this.#tellComers(), TOGETHER_MS);
    }
  }

  #tellComers() {
    this.#gathering = null;
    this.#announce(clean(joinedTogether(this.#comers.splice(0))));
  }

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
