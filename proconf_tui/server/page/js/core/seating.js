/**
 * In which order people have tiles, and who has the floor: neither changes at every word.
 *
 * Instants are milliseconds of one monotonic clock. Whoever comes sits down at the end; oneself is
 * last. Whoever speaks and is not shown changes places with somebody who has long been quiet.
 */

const TAKES_FLOOR_AFTER_MS = 1500;
const KEEPS_SEAT_FOR_MS = 8000;
const PAUSE_MS = 700;

/** Who has the floor: whoever has long enough been the loudest of the others. */
export class Floor {
  #speaker = null;
  #rival = null;
  #rivalSinceMs = 0;
  #rivalHeardAtMs = 0;

  /** @returns {?string} the peerId of who has the floor */
  get speaker() {
    return this.#speaker;
  }

  /**
   * Take in how loud everybody is now.
   * @param {import("./persons.js").Person[]} people
   * @param {number} nowMs
   */
  hear(people, nowMs) {
    if (!people.some((person) => person.peerId === this.#speaker)) {
      this.#speaker = null;
    }
    const loud = people.filter((person) => person.isLoud && !person.isMe);
    const [loudest] = loud.sort((one, other) => other.levelDbov - one.levelDbov);
    if (!loudest) {
      return;
    }
    if (loudest.peerId === this.#speaker) {
      this.#rival = null;
    } else if (this.#speaker === null || this.#hasWaited(loudest.peerId, nowMs)) {
      this.#speaker = loudest.peerId;
      this.#rival = null;
    }
  }

  #hasWaited(rival, nowMs) {
    if (rival !== this.#rival || nowMs - this.#rivalHeardAtMs > PAUSE_MS) {
      this.#rival = rival;
      this.#rivalSinceMs = nowMs;
    }
    this.#rivalHeardAtMs = nowMs;
    return nowMs - this.#rivalSinceMs >= TAKES_FLOOR_AFTER_MS;
  }
}

/** The order of people's tiles; where not all fit, those at the front are shown. */
export class Seating {
  #seats = [];
  #people = new Map();
  #spokeAtMs = new Map();
  #beganAtMs = new Map();

  /** @returns {import("./persons.js").Person[]} everybody, oneself last */
  get order() {
    return this.#seats.map((peerId) => this.#people.get(peerId));
  }

  /**
   * Let those who came sit down and those who left get up.
   * @param {import("./persons.js").Person[]} people
   * @param {number} nowMs
   */
  seat(people, nowMs) {
    this.#people = new Map(people.map((person) => [person.peerId, person]));
    const stay = this.#seats.filter((peerId) => this.#people.has(peerId));
    const came = [...people].sort((one, other) => one.joinedAt - other.joinedAt);
    const everybody = [...new Set([...stay, ...came.map((person) => person.peerId)])];
    const isMe = (peerId) => Number(this.#people.get(peerId).isMe);
    this.#seats = everybody.sort((one, other) => isMe(one) - isMe(other));
    for (const person of people.filter((one) => one.isLoud)) {
      this.#speak(person.peerId, nowMs);
    }
    this.#forgetGone();
  }

  /**
   * Let those who speak and are hidden change places with quiet ones.
   * @param {Iterable<string>} hiddenPeerIds
   * @param {number} nowMs
   * @returns {boolean} whether any did
   */
  bringForward(hiddenPeerIds, nowMs) {
    const hidden = new Set(hiddenPeerIds);
    let isChanged = false;
    for (const peerId of this.#seats.filter((one) => hidden.has(one))) {
      const quiet = this.#hasSpokenLong(peerId, nowMs) ? this.#quietest(hidden, nowMs) : null;
      if (quiet !== null) {
        this.#swap(peerId, quiet);
        hidden.add(quiet);
        hidden.delete(peerId);
        isChanged = true;
      }
    }
    return isChanged;
  }

  #forgetGone() {
    for (const gone of [...this.#spokeAtMs.keys()].filter((one) => !this.#people.has(one))) {
      this.#spokeAtMs.delete(gone);
      this.#beganAtMs.delete(gone);
    }
  }

  #speak(peerId, nowMs) {
    if (nowMs - (this.#spokeAtMs.get(peerId) ?? -Infinity) > PAUSE_MS) {
      this.#beganAtMs.set(peerId, nowMs);
    }
    this.#spokeAtMs.set(peerId, nowMs);
  }

  #hasSpokenLong(peerId, nowMs) {
    const spokeAtMs = this.#spokeAtMs.get(peerId) ?? -Infinity;
    const isSpeaking = nowMs - spokeAtMs <= PAUSE_MS;
    return isSpeaking && nowMs - this.#beganAtMs.get(peerId) >= TAKES_FLOOR_AFTER_MS;
  }

  #quietest(hidden, nowMs) {
    const spokeAtMs = (peerId) => this.#spokeAtMs.get(peerId) ?? -Infinity;
    const quiet = this.#seats.filter(
      (peerId) =>
        !hidden.has(peerId) &&
        !this.#people.get(peerId).isMe &&
        nowMs - spokeAtMs(peerId) > KEEPS_SEAT_FOR_MS,
    );
    // Of those who never spoke the last to come goes first.
    return quiet.reduceRight(
      (best, one) => (best === null || spokeAtMs(one) < spokeAtMs(best) ? one : best),
      null,
    );
  }

  #swap(one, other) {
    const [a, b] = [this.#seats.indexOf(one), this.#seats.indexOf(other)];
    [this.#seats[a], this.#seats[b]] = [other, one];
  }
}
