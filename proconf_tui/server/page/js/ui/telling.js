/** Tells what happens in the meeting to whoever cannot see it, and of themselves to everybody. */

import { joinedTogether, tell } from "../core/happenings.js";
import { KnownNames } from "../core/known_names.js";
import { participantOf } from "../core/people.js";
import { clean, cleanName } from "../core/text.js";
import { nameOr, otherName } from "../core/words.js";

/** What happens within so short a time is told as one. */
const TOGETHER_MS = 800;

export class Telling {
  #meeting;
  #announce;
  #isLobbySeen;
  #participants = null;
  #lobby = null;
  #comers = [];
  #stoppedAtMs = -Infinity;
  #timers = new Set();
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
    this.#timers.forEach(clearTimeout);
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
      this.#tell(detail, { ...line, text: clean(line.text) });
    }
  };

  #tell(event, line) {
    const isSeen = event.type === "PeerKnocked" && this.#isLobbySeen();
    if (event.type === "ControlsUpdated") {
      this.#soon(() => this.#say(line, this.#wasJustStopped));
      return;
    }
    if (event.type === "StreamClosed" && event.peerId === this.#meeting.meId) {
      this.#stoppedAtMs = performance.now();
    }
    this.#say(line, isSeen);
  }

  #say(line, isSeen) {
    this.#announce(line.text, isSeen ? { ...line, isShown: false } : line);
  }

  /** What the controls took from oneself has been shown as that; what they are now is only said. */
  get #wasJustStopped() {
    return performance.now() - this.#stoppedAtMs < 2 * TOGETHER_MS;
  }

  #soon(run) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, TOGETHER_MS);
    this.#timers.add(timer);
  }

  #joined({ peerId, name }) {
    if (peerId !== this.#meeting.meId) {
      if (this.#comers.length === 0) {
        this.#soon(() => this.#tellComers());
      }
      this.#comers.push(otherName(cleanName(name)));
    }
  }

  #tellComers() {
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
