/** What there is to see of a meeting, and the two events that tell of it. */

import { Asking } from "./asking.js";

/** The event `event`: `detail` is what happened, `before` the RoomState before it. */
class MeetingEvent extends Event {
  constructor(detail, before) {
    super("event");
    this.detail = detail;
    this.before = before;
  }
}

/** Tells with the event `change` that anything here is different, at most once per microtask. */
export class Shown extends Asking {
  #view;
  #passing;
  #standing;
  #isChangeTold = true;

  /**
   * @param {import("./room_view.js").RoomView} view
   * @param {import("./passing.js").Passing} passing
   * @param {import("./standing.js").Standing} standing
   */
  constructor(view, passing, standing) {
    super();
    this.#view = view;
    this.#passing = passing;
    this.#standing = standing;
  }

  /** One of idle, connecting, waiting, connected, reconnecting, left, closed and failed. */
  get state() {
    return this.#standing.state;
  }

  /** What one waits for, `{reason, message}`; null if one does not. */
  get waiting() {
    return this.#standing.waiting;
  }

  /** Why one is out, `{reason, message}`; null before. See core/failures.js, `endOf`. */
  get ended() {
    return this.#standing.ended;
  }

  /** All that is known of the room, a RoomState of docs/protocol.md; null until one is in. */
  get room() {
    return this.#view.state;
  }

  /** @returns {string|null} */
  get meId() {
    return this.#view.meId;
  }

  /** Oneself as a Participant; null until one is in. */
  get me() {
    return this.#view.me;
  }

  /** Where lines of the chat are missing: after the room's `version`, up to the next one here. */
  get gaps() {
    return this.#view.gaps;
  }

  /** How loud the server hears whom, a Map of dBov by peer id; empty in silence. */
  get levels() {
    return this.#passing.speakers.levels;
  }

  /** @returns {string[]} peer ids, loudest first */
  get activeSpeakers() {
    return this.#passing.speakers.active;
  }

  /** @returns {string|null} a peer id */
  get dominantSpeaker() {
    return this.#passing.speakers.dominant;
  }

  /** A Map of "good" or "lost" by peer id. */
  get qualities() {
    return this.#passing.qualities.of(this.room);
  }

  /** A Map of the emoji shown now by peer id. */
  get reactions() {
    return this.#passing.reactions.shown;
  }

  /** Tell that something here is different. */
  changed() {
    if (this.#isChangeTold) {
      this.#isChangeTold = false;
      queueMicrotask(() => {
        this.#isChangeTold = true;
        this.dispatchEvent(new Event("change"));
      });
    }
  }

  /**
   * Tell what happened.
   *
   * @param {object} detail with its `type`
   * @param {object|null} [before] the RoomState
   */
  tell(detail, before = this.room) {
    this.dispatchEvent(new MeetingEvent(detail, before));
  }
}
