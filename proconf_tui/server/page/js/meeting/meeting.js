/**
 * One participant's time in one room, from knocking to the end: what the screens show and ask.
 *
 * It owns the link, the view and the media and frees them together, as proconf_tui/sdk/session.py.
 * It decides nothing of what anybody may do, and knows no screen.
 */

import { ProconfError, deviceLost, endBy, endOf } from "../core/failures.js";
import { PROTOCOL_VERSION } from "../core/limits.js";
import { mayProduce } from "../core/people.js";
import { Link } from "../net/link.js";
import { browser } from "../net/platform.js";
import { reactionOf, say } from "./asking.js";
import { Incoming } from "./incoming.js";
import { OwnStreams } from "./own_streams.js";
import { Passing } from "./passing.js";
import { Renewal } from "./renewal.js";
import { RoomView } from "./room_view.js";
import { Shown } from "./shown.js";
import { Standing } from "./standing.js";
import { WayIn } from "./way_in.js";

/** How long the server may take to answer a farewell. */
const LEAVE_MS = 2000;

/** It ends once and for all; whoever comes again makes another one. */
export class Meeting extends Shown {
  #platform;
  #view;
  #passing;
  #standing;
  #incoming;
  #wayIn;
  #renewal;
  #link = null;

  /**
   * @param {object} options
   * @param {string} options.roomId
   * @param {string|null} options.token from the invite link
   * @param {boolean} options.isInvite whether it is to be exchanged for a token of one's own
   * @param {((parts: {request: Function}) => object)|null} options.media makes the MediaSession;
   *   null joins without sound and pictures
   * @param {import("../net/seat_store.js").KeptSeat|null} [options.seat] to be taken again, for as
   *   long as the server keeps it; without it one that `store` has is tried first
   * @param {import("../net/seat_store.js").SeatStore|null} [options.store] where the seat is kept
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor({ media, platform = browser, ...way }) {
    const view = new RoomView();
    const passing = new Passing(platform, () => this.changed());
    const standing = new Standing(() => this.changed());
    super(view, passing, standing);
    this.#view = view;
    this.#passing = passing;
    this.#standing = standing;
    this.#platform = platform;
    this.roomId = way.roomId;
    /** The MediaSession, or null. */
    this.media = media?.({ request: (method, params) => this.request(method, params) }) ?? null;
    this.media?.addEventListener("change", () => this.changed());
    /** What one sends. */
    this.own = ownStreamsOf(this);
    this.#incoming = new Incoming({ view, passing, media: this.media, standing: this.#told() });
    this.#renewal = new Renewal(platform);
    const onTaken = (peerId) => this.#takenElsewhere(peerId);
    const onWaiting = (waiting) => standing.await(waiting);
    this.#wayIn = new WayIn({ ...way, platform }, { onTaken, onWaiting });
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
    try {
      await this.#standing.knock(() =>
        this.#wayIn.take({ name, passcode, waits }, (token, seat) => this.#open(token, seat, name)),
      );
    } catch (error) {
      this.#link?.close();
      this.#link = null;
      throw error;
    }
  }

  /** Go; it is done even if the server does not answer. */
  async leave() {
    if (this.#standing.isOver) {
      return;
    }
    const { farewell } = this.#standing;
    this.own.close();
    const answered = this.request("leave").catch(() => {});
    await Promise.race([answered, new Promise((late) => this.#platform.after(LEAVE_MS, late))]);
    this.#end("left", farewell);
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

  /**
   * Let everything go without a farewell, as of a meeting that nobody tries to come into any more;
   * the server keeps the seat for a while, and this browser its key.
   */
  dispose() {
    this.#end("closed", endOf("LOST"));
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
    this.#passing.reactions.show(this.meId, emoji);
    this.changed();
  }

  async #open(token, seat, name) {
    const hasMedia = this.media !== null;
    const join = { token, version: PROTOCOL_VERSION, name: name || null, willWait: true, hasMedia };
    this.#link = new Link(this.#platform, join, this.#listener(), seat);
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
        this.#standing.away();
      },
      // Who waits, or came in anew, is told where they stand next.
      back: () => this.room !== null && this.#standing.back(),
      gaveUp: (error) => this.#end("closed", endBy(error), error),
    };
  }

  #seated({ peerId, resumeKey }) {
    this.#view.seat(peerId);
    const keep = () => this.#wayIn.keep({ peerId, resumeKey, token: this.#link.token });
    keep();
    this.#renewal.start(this.#link, keep);
  }

  #take(method, params) {
    if (!this.#standing.isOver) {
      this.#incoming.take(method, params);
      this.changed();
    }
  }

  #told() {
    return {
      awaiting: ({ reason, message }) => {
        // Who lost the seat and waits anew finds no button there to switch anything off.
        this.own.close();
        this.#standing.await({ reason, message });
      },
      welcomed: (how) => this.#welcomed(how),
      closed: ({ reason, message }) => this.#end("closed", endOf(reason, message)),
      streamClosed: (label) => this.own.closed(label),
      tell: (told, before) => this.tell(told, before),
    };
  }

  #welcomed({ isNew, isResumed }) {
    const isFirst = this.#standing.letIn();
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

  #takenElsewhere(peerId) {
    if (peerId === this.meId && this.#link !== null) {
      this.#end("closed", endOf("ELSEWHERE"));
    }
  }

  // --- the end ----------------------------------------------------------------------------------

  #end(state, ended, error) {
    if (this.#standing.isOver) {
      return;
    }
    this.#standing.end(state, ended, error);
    this.#wayIn.close(ended.reason);
    this.#renewal.stop();
    this.#passing.close();
    this.own.close();
    this.media?.close();
    this.#link?.close();
  }
}

function ownStreamsOf(meeting) {
  return new OwnStreams({
    request: (method, params) => meeting.request(method, params),
    publishing: meeting.media?.publishing ?? null,
    me: () => meeting.me,
    onChanged: () => meeting.changed(),
    onDeviceLost: (label) => meeting.tell(deviceLost(label)),
  });
}
