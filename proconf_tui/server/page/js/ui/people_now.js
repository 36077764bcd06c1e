/** Everybody as they are at this moment, put together from what the meeting knows. */

import { personsOf } from "../core/persons.js";
import { SpeakingHold } from "../core/speaking.js";

export class PeopleNow {
  #meeting;
  #hold = new SpeakingHold();

  #volumes;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {?import("../core/volumes.js").Volumes} volumes null where nothing can be heard
   */
  constructor(meeting, volumes) {
    this.#meeting = meeting;
    this.#volumes = volumes;
  }

  /** @returns {import("../core/persons.js").Person[]} */
  look() {
    const { room, meId, state, levels, qualities, reactions, own } = this.#meeting;
    const nowMs = performance.now();
    this.#hold.hear(levels, nowMs);
    return personsOf(room, meId, {
      isAway: state === "reconnecting",
      levels,
      speaking: this.#hold.speaking(nowMs),
      qualities,
      reactions,
      own: sentBy(own),
      volumeOf: (peerId) => this.#volumes?.of(peerId) ?? 1,
    });
  }
}

function sentBy(own) {
  const isLive = (label) => own.isPublished(label) && !own.isPaused(label);
  return {
    hasMicrophone: isLive("audio"),
    isMuted: own.isPublished("audio") && own.isMuted,
    hasCamera: isLive("video"),
    hasScreen: isLive("screen"),
  };
}
