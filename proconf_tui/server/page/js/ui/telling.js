/** Tells what happens in the meeting to whoever cannot see it, and of themselves to everybody. */

import { joinedTogether, tell } from "../core/happenings.js";
import { KnownNames } from "../core/known_names.js";
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
  #lobby = null;
  #comers = [];
  #gathering = null;
  #names = new KnownNames();

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
   * @returns {?string} what they were called when they were seen; null if they never were
   */
  nameOfIdentity = (identity) => this.#names.of(identity);

  /** Tell nothing more. */
  close() {
    clearTimeout(this.#gathering);
    this.#meeting.removeEventListener("event", this.#happened);
    this.#meeting.removeEventListener("change", this.#changed);
  }

  #happened = ({ detail, before }) => {
    const { room, meId } = this.#meeting;
    this.#names.see([detail.participant ?? detail.waiting].filter(Boolean));
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
    const { participants = null, lobby = null } = this.#meeting.room ?? {};
    if (participants !== this.#participants || lobby !== this.#lobby) {
      this.#participants = participants;
      this.#lobby = lobby;
      this.#names.see([...Object.values(participants ?? {}), ...Object.values(lobby ?? {})]);
    }
  };

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
