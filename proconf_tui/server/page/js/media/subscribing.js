/**
 * The subscribing connection: slots in which the server sends whatever it assigns to them.
 *
 * A track is told to be somebody's only while what comes over it is really theirs.
 */

import { sessionId } from "../core/descriptions.js";
import { ProconfError } from "../core/failures.js";
import { InTurn } from "../core/in_turn.js";
import { browser } from "../net/platform.js";
import { applyRemote, describe, openConnection } from "./connections.js";
import { Slot } from "./slot.js";
import { Rates, receivingSummary } from "./statistics.js";

/** At first every moment counts: a picture is shown once it is seen to be theirs. */
const FRESH_MS = 30;
const FRESH_UNTIL_MS = 2000;
const UNCONFIRMED_MS = 100;
/** A map that comes late is noticed by this. */
const CONFIRMED_MS = 250;

/** Tells with the event `change` that `comingOf` or `voices` may answer otherwise now. */
export class Subscribing extends EventTarget {
  #request;
  #iceServers;
  #onState;
  #onDescribed;
  #pc = null;
  #sessionId = null;
  #offeredId = null;
  #slots = new Map();
  #feeds = new Map();
  #turns = new InTurn();
  #platform;
  #rates = new Rates();
  #cancelLook = () => {};
  #isClosed = false;

  /** @param {object} options as of `Publishing` */
  constructor(options) {
    super();
    const { request, iceServers = [], onState = () => {}, onDescribed = () => {} } = options;
    this.#platform = options.platform ?? browser;
    this.#request = request;
    this.#iceServers = iceServers;
    this.#onState = onState;
    this.#onDescribed = onDescribed;
  }

  /**
   * Answer the server's offer; several wait for each other.
   * @param {string} sdp
   * @returns {Promise<void>} rejects with a ProconfError
   */
  takeOffer(sdp) {
    this.#forgetOtherSession(sessionId(sdp));
    return this.#turns.run(async () => {
      if (this.#isClosed) {
        return;
      }
      this.#onDescribed(sdp);
      const pc = this.#connectionFor(sdp);
      await applyRemote(pc, "offer", sdp);
      this.#addSlots(pc);
      await this.#request("answer-subscription", { sdp: await describe(pc) });
    });
  }

  /**
   * Take the whole map of what feeds the slots now.
   * @param {{mid: string, kind: string, peerId: string, label: string, source: number}[]} feeds
   */
  takeSlots(feeds) {
    this.#feeds = new Map(feeds.map((feed) => [feed.mid, feed]));
    this.#follow();
  }

  /**
   * Pictures that come, or are about to: whoever attaches the track unseen, and shows it from the
   * first picture that `isTheirs` and no longer than `isConfirmed`, has it without delay.
   * @param {string} peerId
   * @param {"video"|"screen"} label
   * @returns {Coming|null}
   * @typedef {object} Coming
   * @property {MediaStreamTrack} track
   * @property {boolean} isConfirmed as of the last `change`, whoever has the track by then
   * @property {(rtpTimestamp?: number) => boolean} isTheirs tells of one presented picture, by what
   *   `requestVideoFrameCallback` tells of it
   */
  comingOf(peerId, label) {
    const slot = [...this.#slots.values()].find(
      ({ feed }) => feed !== null && feed.peerId === peerId && feed.label === label,
    );
    if (slot === undefined) {
      return null;
    }
    const { feed } = slot;
    return {
      track: slot.track,
      get isConfirmed() {
        return slot.feed === feed && slot.isConfirmed;
      },
      isTheirs: (rtpTimestamp) => slot.feed === feed && this.#isOf(slot, rtpTimestamp),
    };
  }

  /**
   * @returns {{track: MediaStreamTrack, peerId: string|null}[]} all that is to be played, as long as
   *   the connection lives: one after another is heard over each, and nobody where peerId is null
   */
  voices() {
    return [...this.#slots.values()]
      .filter(({ track }) => track.kind === "audio")
      .map(({ track, feed, isConfirmed }) => ({ track, peerId: isConfirmed ? feed.peerId : null }));
  }

  /**
   * Look at once whose comes, such as at each picture that is presented.
   * @returns {void}
   */
  check() {
    const changes = [...this.#slots.values()].map((slot) => slot.check());
    this.#wait();
    if (changes.includes(true)) {
      this.#changed();
    }
  }

  /**
   * Ask the server for a fresh connection; its offer follows.
   * @returns {Promise<void>} rejects with a ProconfError
   */
  async reset() {
    await this.#request("reset-subscription", {});
  }

  /** Close the connection; its tracks end. */
  close() {
    this.#isClosed = true;
    this.#discard();
  }

  /** @returns {Promise<object[]>} how each stream that feeds a slot arrives */
  async stats() {
    const pc = this.#pc;
    return pc === null ? [] : receivingSummary(await pc.getStats(), this.#feeds, this.#rates);
  }

  #isOf(slot, rtpTimestamp) {
    this.check();
    return slot.isConfirmed && slot.hasPicture(rtpTimestamp);
  }

  // A fresh connection's map comes after its first offer, and not at all while nobody is sent.
  #forgetOtherSession(id) {
    if (this.#offeredId !== null && this.#offeredId !== id) {
      this.takeSlots([]);
    }
    this.#offeredId = id;
  }

  #connectionFor(sdp) {
    const id = sessionId(sdp);
    if (id === null) {
      throw new ProconfError("INVALID_MESSAGE", "The server's media offer has no origin.");
    }
    if (this.#pc === null || id !== this.#sessionId) {
      this.#discard();
      this.#pc = this.#fresh();
      this.#sessionId = id;
    }
    return this.#pc;
  }

  #fresh() {
    const tell = (state) => this.#pc === pc && this.#onState(state);
    const pc = openConnection(this.#iceServers, tell, this.#platform);
    return pc;
  }

  #addSlots(pc) {
    for (const { mid, receiver } of pc.getTransceivers()) {
      if (mid !== null && !this.#slots.has(mid)) {
        this.#slots.set(mid, new Slot(receiver, this.#platform));
      }
    }
    this.#follow();
    this.#changed();
  }

  #follow() {
    const slots = [...this.#slots];
    const changes = slots.map(([mid, slot]) => slot.follow(this.#feeds.get(mid) ?? null));
    this.#wait();
    if (changes.includes(true)) {
      this.#changed();
    }
  }

  #wait() {
    this.#cancelLook();
    const fed = [...this.#slots.values()].filter((slot) => slot.feed !== null);
    if (fed.length > 0) {
      this.#cancelLook = this.#platform.after(patienceMs(fed), () => this.check());
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  #discard() {
    this.#cancelLook();
    const pc = this.#pc;
    this.#pc = null;
    this.#slots = new Map();
    pc?.close();
    if (pc !== null) {
      this.#changed();
    }
  }
}

function patienceMs(slots) {
  const awaited = slots.filter((slot) => !slot.isConfirmed);
  if (awaited.length === 0) {
    return CONFIRMED_MS;
  }
  return awaited.some((slot) => slot.fedForMs < FRESH_UNTIL_MS) ? FRESH_MS : UNCONFIRMED_MS;
}
