/**
 * One participant's time in one room, from knocking to the end: what the screens show and ask.
 *
 * It decides nothing of what anybody may do, and knows no screen.
 */

import { deviceLost, endOf } from "../core/failures.js";
import { browser } from "../net/platform.js";
import { Asking } from "./asking.js";
import { Attendance } from "./attendance.js";
import { OwnStreams } from "./own_streams.js";
import { Passing } from "./passing.js";
import { RoomView } from "./room_view.js";
import { reactionOf, say } from "./saying.js";
import { Standing } from "./standing.js";

/** The event `event`: `detail` is what happened, `before` the RoomState before it. */
class MeetingEvent extends Event {
  constructor(detail, before) {
    super("event");
    this.detail = detail;
    this.before = before;
  }
}

/**
 * It ends once and for all; whoever comes again makes another one. Tells with the event `change`
 * that anything here is different, at most once per microtask.
 */
export class Meeting extends EventTarget {
  #platform;
  #view = new RoomView();
  #passing;
  #standing;
  #attendance;
  #isChangeDue = false;

  /**
   * @param {object} options
   * @param {string} options.roomId
   * @param {string|null} options.token from the invite link
   * @param {boolean} options.isInvite whether it is to be exchanged for a token of one's own
   * @param {((parts: {request: Function, platform: object}) => object)|null} options.media makes
   *   the MediaSession; null joins without sound and pictures
   * @param {import("../net/seat_store.js").KeptSeat|null} [options.seat] to be taken again, for as
   *   long as the server keeps it; without it one that `store` has is tried first
   * @param {import("../net/seat_store.js").SeatStore|null} [options.store] where the seat is kept
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor({ media, platform = browser, ...way }) {
    super();
    this.#platform = platform;
    this.roomId = way.roomId;
    this.#passing = new Passing(platform, this.#changed);
    this.#standing = new Standing(this.#changed);
    /** The MediaSession, or null. */
    this.media = media?.({ request: this.#request, platform }) ?? null;
    this.media?.addEventListener("change", this.#changed);
    /** What one sends. */
    this.own = this.#ownStreams();
    /** What may be asked for in one request, such as `ask.raiseHand()`. */
    this.ask = new Asking(this.#request);
    this.#attendance = this.#attendanceOf({ ...way, platform });
  }

  // --- what there is to see ---------------------------------------------------------------------

  /** One of idle, connecting, waiting, connected, reconnecting, left, closed and failed. */
  get state() {
    return this.#standing.state;
  }

  /** What one waits for, `{reason, message}`; null if one does not. */
  get waiting() {
    return this.#standing.waiting;
  }

  /**
   * Why one is out, or did not come in, `{reason, message}`; null before. `reason` is one of
   * core/failures.js, `endOf`, or the code of what failed.
   */
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
    return this.#passing.levels.now;
  }

  /** A Map of "good" or "lost" by peer id. */
  get qualities() {
    return this.#passing.qualities.of(this.room);
  }

  /** A Map of the emoji shown now by peer id. */
  get reactions() {
    return this.#passing.emoji.now;
  }

  /** @returns {boolean} whether one's own line is good, as far as one can know by now */
  get isLineGood() {
    return this.state === "connected" && this.#attendance.isHeard;
  }

  /** MediaSession's Subscribing; null without media. */
  get feeds() {
    return this.media?.subscribing ?? null;
  }

  // --- coming and going -------------------------------------------------------------------------

  /**
   * Come in; resolves when one is in. After a refusal it may be tried again.
   *
   * @param {{name?: string, passcode?: string|null, waits?: boolean}} [as] see WayIn.take
   * @throws {ProconfError} BAD_PASSCODE, DENIED, NOT_STARTED, FULL, UNREACHABLE, …
   */
  async connect({ name = "", passcode = null, waits = false } = {}) {
    await this.#attendance.begin({ name, passcode, waits });
  }

  /** Go; it is done even if the server does not answer. */
  async leave() {
    await this.#attendance.leave();
  }

  /**
   * End the meeting for everybody.
   *
   * @throws {ProconfError} PERMISSION_DENIED: one is no moderator; nothing has changed
   */
  async endRoom() {
    await this.request("end-room");
    const ended = endOf("CLOSED", "You have ended the meeting for everybody.");
    this.#attendance.end("closed", ended);
  }

  /**
   * Let everything go without a farewell, as of a meeting that nobody tries to come into any more;
   * the server keeps the seat for a while, and this browser its key.
   */
  dispose() {
    this.#attendance.end("closed", endOf("LOST"));
  }

  /** Look at once whether the connection stands: the network or the page has come back. */
  nudge() {
    this.#attendance.nudge();
  }

  // --- asking -----------------------------------------------------------------------------------

  /**
   * Ask the server and return its answer; for what `ask` and `own` do not do.
   *
   * @param {string} method of docs/protocol.md
   * @param {object} [params]
   * @returns {Promise<object>}
   * @throws {ProconfError} the server's refusal; LOST while there is no connection
   */
  async request(method, params) {
    return this.#attendance.request(method, params);
  }

  /**
   * Say a line of chat; it outlives a lost connection and is said once.
   *
   * @param {string} text
   * @param {string|null} [toPeerId] null is everybody
   */
  async sendChat(text, toPeerId = null) {
    const line = { text, to: toPeerId, key: this.#platform.randomName() };
    await say(line, {
      request: this.#request,
      untilBack: () => this.#attendance.untilBack(),
      seatedAs: () => this.meId,
    });
  }

  /** @param {string} emoji shown to everybody for a moment */
  async react(emoji) {
    await this.request("send-data", reactionOf(emoji));
    this.#passing.emoji.show(this.meId, emoji);
    this.#changed();
  }

  // --- its parts --------------------------------------------------------------------------------

  #request = (method, params) => this.request(method, params);

  #changed = () => {
    if (!this.#isChangeDue) {
      this.#isChangeDue = true;
      queueMicrotask(() => {
        this.#isChangeDue = false;
        this.dispatchEvent(new Event("change"));
      });
    }
  };

  #tell = (detail, before = this.room) => this.dispatchEvent(new MeetingEvent(detail, before));

  #ownStreams() {
    return new OwnStreams({
      request: this.#request,
      publishing: this.media?.publishing ?? null,
      me: () => this.me,
      onChanged: this.#changed,
      onDeviceLost: (label) => this.#tell(deviceLost(label)),
    });
  }

  #attendanceOf(way) {
    const { own, media } = this;
    const [view, passing, standing] = [this.#view, this.#passing, this.#standing];
    const listener = { changed: this.#changed, tell: this.#tell };
    return new Attendance(way, { view, passing, standing, own, media }, listener);
  }
}
