/**
 * One's way through a meeting: in, away and back, and out. It owns the connection, and frees it
 * together with the sound and pictures, as proconf_tui/sdk/session.py. It knows no screen.
 */

import { ProconfError, endBy, endOf } from "../core/failures.js";
import { PROTOCOL_VERSION } from "../core/limits.js";
import { mayProduce } from "../core/people.js";
import { Link } from "../net/link.js";
import { Incoming } from "./incoming.js";
import { Renewal } from "./renewal.js";
import { WayIn } from "./way_in.js";

/** How long the server may take to answer a farewell. */
const LEAVE_MS = 2000;

/** It ends once and for all. */
export class Attendance {
  #platform;
  #parts;
  #incoming;
  #wayIn;
  #renewal;
  #link = null;

  /**
   * @param {object} way that in, as of `WayIn`, with its platform
   * @param {object} parts which it follows, and closes at the end
   * @param {import("./room_view.js").RoomView} parts.view
   * @param {import("./passing.js").Passing} parts.passing
   * @param {import("./standing.js").Standing} parts.standing
   * @param {import("./own_streams.js").OwnStreams} parts.own
   * @param {import("../media/session.js").MediaSession|null} parts.media
   * @param {{changed: () => void, tell: (detail: object, before?: object|null) => void}} listener
   *   of what happens: that anything is different, and what people are told
   */
  constructor(way, parts, listener) {
    this.#platform = way.platform;
    this.#parts = { ...parts, ...listener };
    this.#renewal = new Renewal(way.platform);
    const { view, passing, standing, media } = parts;
    this.#incoming = new Incoming({ view, passing, media, standing: this.#told() });
    const onTaken = (peerId) => this.#takenElsewhere(peerId);
    this.#wayIn = new WayIn(way, { onTaken, onWaiting: (waiting) => standing.await(waiting) });
  }

  /**
   * Come in; resolves when one is in. After a refusal it may be tried again.
   *
   * @param {{name: string, passcode: string|null, waits: boolean}} as see WayIn.take
   * @throws {ProconfError} BAD_PASSCODE, DENIED, NOT_STARTED, FULL, UNREACHABLE, …
   */
  async begin(as) {
    try {
      await this.#parts.standing.knock(() =>
        this.#wayIn.take(as, (token, seat) => this.#open(token, seat, as.name)),
      );
    } catch (error) {
      this.#link?.close();
      this.#link = null;
      throw error;
    }
  }

  /** Go; it is done even if the server does not answer. */
  async leave() {
    const { standing, own } = this.#parts;
    if (standing.isOver) {
      return;
    }
    const { farewell } = standing;
    own.close();
    const answered = this.request("leave").catch(() => {});
    await Promise.race([answered, new Promise((late) => this.#platform.after(LEAVE_MS, late))]);
    this.end("left", farewell);
  }

  /** Whether the server is heard, as it should be over a line that is good. */
  get isHeard() {
    return this.#link !== null && !this.#link.isSilent;
  }

  /** Look at once whether the connection stands: the network or the page has come back. */
  nudge() {
    this.#link?.nudge();
  }

  /**
   * Ask the server and return its answer.
   *
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<object>}
   * @throws {ProconfError} the server's refusal; LOST while there is no connection
   */
  async request(method, params) {
    if (this.#link === null) {
      throw new ProconfError("LOST", "There is no connection to the meeting; try again.");
    }
    return this.#link.request(method, params);
  }

  /**
   * Wait until a connection that broke is made again; at once if none did.
   *
   * @throws {ProconfError} LOST: there is no way back
   */
  async untilBack() {
    if (this.#link === null) {
      throw new ProconfError("LOST");
    }
    await this.#link.untilBack();
  }

  /**
   * Be out, and let everything go.
   *
   * @param {"left"|"closed"} state
   * @param {import("./standing.js").Reason} ended
   * @param {unknown} [error] for who still waits to be let in
   */
  end(state, ended, error) {
    const { standing, passing, own, media } = this.#parts;
    if (standing.isOver) {
      return;
    }
    standing.end(state, ended, error);
    this.#wayIn.close(ended.reason);
    this.#renewal.stop();
    passing.close();
    own.close();
    media?.close();
    this.#link?.close();
  }

  async #open(token, seat, name) {
    const hasMedia = this.#parts.media !== null;
    const join = { token, version: PROTOCOL_VERSION, name: name || null, willWait: true, hasMedia };
    this.#link = new Link(this.#platform, join, this.#listener(), seat);
    await this.#link.open();
  }

  // --- what the link and the server tell --------------------------------------------------------

  #listener() {
    const { view, standing, media } = this.#parts;
    return {
      version: () => view.version,
      seated: (joined) => this.#seated(joined),
      take: (method, params) => this.#take(method, params),
      lost: () => {
        media?.wentAway();
        standing.away();
      },
      // Who waits, or came in anew, is told where they stand next.
      back: () => view.state !== null && standing.back(),
      gaveUp: (error) => this.end("closed", endBy(error), error),
    };
  }

  #seated({ peerId, resumeKey }) {
    this.#parts.view.seat(peerId);
    const keep = () => this.#wayIn.keep({ peerId, resumeKey, token: this.#link.token });
    keep();
    this.#renewal.start(this.#link, keep);
  }

  #take(method, params) {
    if (!this.#parts.standing.isOver) {
      this.#incoming.take(method, params);
      this.#parts.changed();
    }
  }

  #told() {
    const { standing, own, tell } = this.#parts;
    return {
      awaiting: ({ reason, message }) => {
        // Who lost the seat and waits anew finds no button there to switch anything off.
        own.close();
        standing.await({ reason, message });
      },
      welcomed: (how) => this.#welcomed(how),
      closed: ({ reason, message }) => this.end("closed", endOf(reason, message)),
      streamClosed: (label) => own.closed(label),
      tell,
    };
  }

  #welcomed({ isNew, isResumed }) {
    const { view, standing, own, media } = this.#parts;
    const isFirst = standing.letIn();
    media?.begin({ isFresh: isNew || isResumed });
    if (isFirst) {
      const labels = ["audio", "video"].filter((each) => mayProduce(view.state, view.meId, each));
      media?.prepare(labels);
      own.dropUnfed().catch(() => {});
    } else if (isNew || isResumed) {
      // What fails because the connection is gone again is done when that is back.
      own.comeBack({ isNew }).catch(() => {});
    }
  }

  #takenElsewhere(peerId) {
    if (peerId === this.#parts.view.meId && this.#link !== null) {
      this.end("closed", endOf("ELSEWHERE"));
    }
  }
}
