/** One section of the subscribing connection: who feeds it, and whether what comes is theirs. */

import { isPictureOf, isTheirs, newest } from "../core/arrivals.js";

/** A receiver that carries one person's stream after another's. */
export class Slot {
  #receiver;
  #platform;
  #isFirst = true;
  #changedAtMs = 0;

  /**
   * @param {RTCRtpReceiver} receiver
   * @param {import("../net/platform.js").Platform} platform
   */
  constructor(receiver, platform) {
    this.#receiver = receiver;
    this.#platform = platform;
    /** @type {object|null} the SlotFeed of the server's map */
    this.feed = null;
    /** Whether what comes is known to be the feed's. */
    this.isConfirmed = false;
    this.#gate();
  }

  /** @returns {MediaStreamTrack} */
  get track() {
    return this.#receiver.track;
  }

  /** @returns {number} how long it has had this feed */
  get fedForMs() {
    return this.#platform.arrivalMs() - this.#changedAtMs;
  }

  /**
   * Be fed by `feed` from now on.
   * @param {object|null} feed
   * @returns {boolean} whether that is another than before
   */
  follow(feed) {
    if (isSame(this.feed, feed)) {
      return false;
    }
    this.#isFirst = this.#isFirst && this.feed === null;
    this.feed = feed;
    this.isConfirmed = false;
    this.#changedAtMs = this.#platform.arrivalMs();
    this.check();
    this.#gate();
    return true;
  }

  /**
   * Look whose comes now.
   * @returns {boolean} whether that has changed what is confirmed
   */
  check() {
    const was = this.isConfirmed;
    this.isConfirmed = this.feed !== null && this.#isTheirs();
    if (was !== this.isConfirmed) {
      this.#gate();
    }
    return was !== this.isConfirmed;
  }

  /**
   * @param {number|undefined} rtpTimestamp of a picture that the track shows; not every browser
   *   tells it
   * @returns {boolean} whether that picture is the feed's
   */
  hasPicture(rtpTimestamp) {
    if (this.feed === null || rtpTimestamp === undefined || this.feed.source === 0) {
      return this.isConfirmed;
    }
    const arrivals = this.#receiver.getContributingSources();
    return isPictureOf(this.feed.source, arrivals, rtpTimestamp);
  }

  #isTheirs() {
    const last = newest(this.#receiver.getContributingSources());
    const nowMs = this.#platform.arrivalMs();
    return isTheirs(this.feed, last, this.#changedAtMs, this.#isFirst, nowMs);
  }

  // Another's voice is silent, whoever plays the track.
  #gate() {
    if (this.track.kind === "audio") {
      this.track.enabled = this.isConfirmed;
    }
  }
}

function isSame(one, other) {
  return (
    one === other ||
    (one !== null &&
      other !== null &&
      one.peerId === other.peerId &&
      one.label === other.label &&
      one.source === other.source)
  );
}
