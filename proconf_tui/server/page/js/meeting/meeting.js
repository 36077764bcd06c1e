/**
 * One participant's time in one room, from knocking to the end: what the screens show and ask.
 *
 * It owns the link, the view and the media and frees them together, as proconf_tui/sdk/session.py.
 * It decides nothing of what anybody may do, and knows no screen.
 */

import { ProconfError, endOf, refusalOf, wordsOf } from "../core/failures.js";
import { mayProduce } from "../core/people.js";
import { PROTOCOL_VERSION } from "../core/limits.js";
import { guestToken } from "../net/http.js";
import { Link } from "../net/link.js";
import { OtherTabs } from "../net/other_tabs.js";
import { browser } from "../net/platform.js";
import { Admission } from "./admission.js";
import { Asking, reactionOf, say } from "./asking.js";
import { Incoming } from "./incoming.js";
import { OwnStreams } from "./own_streams.js";
import { Renewal } from "./renewal.js";
import { RoomView } from "./room_view.js";

/** How long the server may take to answer a farewell. */
const LEAVE_MS = 2000;

/** After these the seat may still be kept; after the others it is gone for good. */
const KEEPS_SEAT = new Set(["LOST"]);

const DEVICE_LOST = {
  audio: "Your microphone is gone; choose another one.",
  video: "Your camera is gone; choose another one.",
  screen: "You share your screen no longer.",
};

/** The event `event`: `detail` is what happened, `before` the RoomState before it. */
export class MeetingEvent extends Event {
  constructor(detail, before) {
    super("event");
    this.detail = detail;
    this.before = before;
  }
}

/** Tells with the event `change` that anything here has changed, at most once per microtask. */
export class Meeting extends Asking {
  /** @type {"idle"|"connecting"|"waiting"|"connected"|"reconnecting"|"left"|"closed"|"failed"} */
  state = "idle";
  /** @type {{reason: string, message: string}|null} what one waits for */
  waiting = null;
  /** @type {{reason: string, message: string}|null} why one is out; see `endOf` */
  ended = null;
  #roomId;
  #token;
  #isInvite;
  #seat;
  #store;
  #platform;
  #view = new RoomView();
  #before = null;
  #incoming;
  #renewal;
  #tabs;
  #link = null;
  #admission = null;
  #isChangeTold = true;

  /**
   * @param {object} options
   * @param {string} options.roomId
   * @param {string|null} options.token from the invite link
   * @param {boolean} options.isInvite whether it is to be exchanged for a token of one's own
   * @param {((parts: {request: Function}) => object)|null} options.media makes the MediaSession;
   *   null joins without sound and pictures
   * @param {import("../net/seat_store.js").KeptSeat|null} [options.seat] to be taken again
   * @param {import("../net/seat_store.js").SeatStore|null} [options.store] where the seat is kept
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor({ roomId, token, isInvite, media, seat = null, store = null, platform = browser }) {
    super();
    const request = (method, params) => this.request(method, params);
    const onChanged = () => this.#changed();
    this.#roomId = roomId;
    this.#token = token;
    this.#isInvite = isInvite;
    this.#seat = seat;
    this.#store = store;
    this.#platform = platform;
    /** The MediaSession, or null. */
    this.media = media?.({ request }) ?? null;
    this.media?.addEventListener("change", onChanged);
    this.own = new OwnStreams({
      request,
      publishing: this.media?.publishing ?? null,
      me: () => this.me,
      onChanged,
      onDeviceLost: (label) =>
        this.#tell({ type: "Notice", code: "DEVICE_LOST", message: DEVICE_LOST[label] }),
    });
    this.#incoming = new Incoming({
      view: this.#view,
      media: this.media,
      standing: this.#standing(),
      platform,
      onChanged,
    });
    this.#renewal = new Renewal(platform);
    this.#tabs = new OtherTabs((peerId) => this.#takenElsewhere(peerId));
  }

  // --- what there is to see ---------------------------------------------------------------------

  get roomId() {
    return this.#roomId;
  }

  /** All that is known of the room, a RoomState of docs/protocol.md; null until one is in. */
  get room() {
    return this.#view.state;
  }

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
    return this.#incoming.speakers.levels;
  }

  get activeSpeakers() {
    return this.#incoming.speakers.active;
  }

  get dominantSpeaker() {
    return this.#incoming.speakers.dominant;
  }

  /** A Map of "good" or "lost" by peer id. */
  get qualities() {
    return this.#incoming.qualities;
  }

  /** A Map of the emoji shown now by peer id. */
  get reactions() {
    return this.#incoming.reactions.shown;
  }

  /** MediaSession's Subscribing; null without media. */
  get feeds() {
    return this.media?.subscribing ?? null;
  }

  // --- coming and going -------------------------------------------------------------------------

  /**
   * Come in; resolves when one is in. After a refusal it may be tried again.
   *
   * @param {{name?: string, passcode?: string|null}} [as]
   * @throws {ProconfError} BAD_PASSCODE, DENIED, NOT_STARTED, FULL, UNREACHABLE, …
   */
  async connect({ name = "", passcode = null } = {}) {
    if (this.state !== "idle" && this.state !== "failed") {
      throw new ProconfError("LOST", "You are out of this meeting; join it anew.");
    }
    const admission = new Admission();
    this.#admission = admission;
    this.#become("connecting");
    this.#comeIn({ name, passcode }).catch((error) => admission.refuse(error));
    try {
      await admission.decided();
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.#admission = null;
    }
  }

  /** Go; it is done even if the server does not answer. */
  async leave() {
    if (this.#isOver()) {
      return;
    }
    const answered = this.request("leave").catch(() => {});
    await Promise.race([answered, new Promise((late) => this.#platform.after(LEAVE_MS, late))]);
    this.#end("left", endOf("LEFT"));
  }

  /**
   * End the meeting for everybody.
   *
   * @throws {ProconfError} PERMISSION_DENIED: one is no moderator; nothing has changed
   */
  async endRoom() {
    await this.request("end-room");
    this.#end("closed", endOf("CLOSED", "You have ended the meeting for everybody."));
  }

  /** Look at once whether the connection stands: the network or the page has come back. */
  nudge() {
    this.#link?.nudge();
  }

  // --- asking -----------------------------------------------------------------------------------

  /** @override */
  async request(method, params) {
    if (this.#link === null) {
      throw new ProconfError("LOST", "There is no connection to the meeting; try again.");
    }
    return this.#link.request(method, params);
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
      request: (method, params) => this.request(method, params),
      untilBack: () => this.#link?.untilBack() ?? Promise.reject(new ProconfError("LOST")),
      seatedAs: () => this.meId,
    });
  }

  /** @param {string} emoji shown to everybody for a moment */
  async react(emoji) {
    await this.request("send-data", reactionOf(emoji));
    this.#incoming.reactions.show(this.meId, emoji);
    this.#changed();
  }

  // --- on the way in ----------------------------------------------------------------------------

  async #comeIn({ name, passcode }) {
    if (this.#seat !== null && (await this.#isBackIn(this.#seat, name))) {
      return;
    }
    const token = await this.#tokenFor(name, passcode);
    if (!this.#isOver()) {
      await this.#open(token, null, name);
    }
  }

  /** Take the kept seat; false if it is gone, and so is the time of the token it came with. */
  async #isBackIn(seat, name) {
    this.#seat = null;
    this.#tabs.take(seat.peerId);
    try {
      await this.#open(seat.token, seat, name);
      return true;
    } catch (error) {
      this.#store?.forgetSeat(this.#roomId);
      if (error.code === "BAD_TOKEN") {
        return false;
      }
      throw error;
    }
  }

  async #tokenFor(name, passcode) {
    if (this.#token !== null && !this.#isInvite) {
      return this.#token;
    }
    const device = this.#store?.device() ?? null;
    const wanted = { invite: this.#token, passcode, name, device, willWait: true };
    return guestToken(this.#roomId, wanted, this.#platform);
  }

  async #open(token, seat, name) {
    const hasMedia = this.media !== null;
    const join = { token, version: PROTOCOL_VERSION, name: name || null, willWait: true, hasMedia };
    const kept = seat && { peerId: seat.peerId, resumeKey: seat.resumeKey };
    this.#link = new Link(this.#platform, join, this.#listener(), kept);
    await this.#link.open();
  }

  // --- what the link and the server tell --------------------------------------------------------

  #listener() {
    return {
      version: () => this.#view.version,
      seated: (joined) => this.#seated(joined),
      take: (method, params) => this.#take(method, params),
      lost: () => {
        this.media?.wentAway();
        this.#become("reconnecting");
      },
      back: () => {
        if (this.state === "reconnecting") {
          this.#become(this.room === null ? "waiting" : "connected");
        }
      },
      gaveUp: (error) => this.#gaveUp(error),
    };
  }

  #seated({ peerId, resumeKey }) {
    this.#view.seat(peerId);
    const keep = () => {
      const seat = { peerId, resumeKey, token: this.#link.token };
      this.#store?.keepSeat(this.#roomId, seat);
    };
    keep();
    this.#renewal.start(this.#link, keep);
  }

  #take(method, params) {
    if (!this.#isOver()) {
      this.#before = this.#view.state;
      this.#incoming.take(method, params);
      this.#changed();
    }
  }

  #standing() {
    return {
      awaiting: ({ reason, message }) => {
        this.waiting = { reason, message };
        this.#become("waiting");
      },
      welcomed: (how) => this.#welcomed(how),
      closed: ({ reason, message }) => this.#end("closed", endOf(reason, message)),
      streamClosed: (label) => this.own.closed(label),
      tell: (told) => this.#tell(told),
    };
  }

  #welcomed({ isNew, isResumed }) {
    this.waiting = null;
    this.#become("connected");
    const isFirst = this.#admission?.grant() ?? false;
    this.media?.begin({ isFresh: isNew || isResumed });
    if (isFirst) {
      const labels = ["audio", "video"].filter((each) => mayProduce(this.room, this.meId, each));
      this.media?.prepare(labels);
      this.own.dropUnfed().catch(() => {});
    } else if (isNew || isResumed) {
      // What fails because the connection is gone again is done when that is back.
      this.own.comeBack({ isNew }).catch(() => {});
    }
  }

  #gaveUp(error) {
    this.#admission?.refuse(error);
    this.#end("closed", endOf("LOST", wordsOf(error)));
  }

  #takenElsewhere(peerId) {
    if (peerId === this.meId && this.#link !== null) {
      this.#end("closed", endOf("ELSEWHERE"));
    }
  }

  // --- the end ----------------------------------------------------------------------------------

  #failed(error) {
    if (!this.#isOver()) {
      this.#link?.close();
      this.#link = null;
      this.waiting = null;
      this.ended = endOf(error.code ?? "ERROR", wordsOf(error));
      this.#become("failed");
    }
  }

  #end(state, ended) {
    if (this.#isOver()) {
      return;
    }
    this.ended = ended;
    this.waiting = null;
    this.#become(state);
    this.#admission?.refuse(refusalOf(ended));
    if (!KEEPS_SEAT.has(ended.reason)) {
      this.#store?.forgetSeat(this.#roomId);
    }
    this.#renewal.stop();
    this.#incoming.close();
    this.#tabs.close();
    this.own.close();
    this.media?.close();
    this.#link?.close();
  }

  #isOver() {
    return this.state === "left" || this.state === "closed";
  }

  // ----------------------------------------------------------------------------------------------

  #tell(detail) {
    this.dispatchEvent(new MeetingEvent(detail, this.#before));
  }

  #become(state) {
    this.state = state;
    this.#changed();
  }

  #changed() {
    if (this.#isChangeTold) {
      this.#isChangeTold = false;
      queueMicrotask(() => {
        this.#isChangeTold = true;
        this.dispatchEvent(new Event("change"));
      });
    }
  }
}
