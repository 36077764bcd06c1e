/**
 * The sound and pictures of one participant: both connections, built anew when they fail.
 *
 * Who may publish what, and who hears whom, is the server's business.
 */

import { browser } from "../net/platform.js";
import { Publishing } from "./publishing.js";
import { Reach } from "./reach.js";
import { Repair } from "./repair.js";
import { Subscribing } from "./subscribing.js";
import { Watching } from "./watching.js";

/** Tells with the event `change` that `trouble` is another one, or none. */
export class MediaSession extends EventTarget {
  #reach;
  #publishingRepair;
  #fullRepair;
  #isBegun = false;
  #isClosed = false;
  #handlers = new Map([
    ["subscription-offer", ({ sdp }) => this.#takeOffer(sdp)],
    ["slots", ({ feeds }) => this.subscribing.takeSlots(feeds)],
    ["wanted", ({ streams }) => this.publishing.wanted(streams)],
    ["media-lost", () => start(this.#fullRepair.run())],
  ]);

  /**
   * @param {object} options
   * @param {(method: string, params: object) => Promise<object>} options.request asks the server;
   *   rejects with a ProconfError
   * @param {RTCIceServer[]} [options.iceServers]
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor({ request, iceServers = [], platform = browser }) {
    super();
    this.#reach = new Reach(() => this.dispatchEvent(new Event("change")), platform);
    this.#publishingRepair = new Repair(() => this.publishing.rebuild(), platform);
    this.#fullRepair = new Repair(() => this.#restart(), platform);
    /** @type {Publishing} */
    this.publishing = new Publishing({
      request,
      iceServers,
      platform,
      onState: (state) => this.#changed("publishing", state, this.#publishingRepair),
      onDescribed: (sdp) => this.#reach.described("publishing", sdp),
    });
    /** @type {Subscribing} */
    this.subscribing = new Subscribing({
      request,
      iceServers,
      platform,
      onState: (state) => this.#changed("subscribing", state, this.#fullRepair),
      onDescribed: (sdp) => this.#reach.described("subscribing", sdp),
    });
    /** @type {Watching} */
    this.watching = new Watching({ request, platform });
  }

  /** @returns {string|null} why neither sound nor pictures get through; null while they do */
  get trouble() {
    return this.#reach.trouble;
  }

  /**
   * Follow one of the server's notifications.
   * @param {string} method
   * @param {object} params
   * @returns {boolean} whether it was about media
   */
  take(method, params) {
    const handler = this.#handlers.get(method);
    if (handler !== undefined && !this.#isClosed) {
      handler(params);
    }
    return handler !== undefined;
  }

  /**
   * Learn that one is in: call it after every `welcome` and `resumed`.
   * @param {{isFresh: boolean}} standing isFresh: over another websocket than before, so that the
   *   server has begun the connections anew
   */
  begin({ isFresh }) {
    this.watching.sayAgain();
    if (isFresh && this.#isBegun) {
      start(this.#publishingRepair.run());
    }
    this.#isBegun = true;
  }

  /**
   * Have a place to send each of these labels, soon; what fails shows when something is to be sent.
   * @param {string[]} labels
   */
  prepare(labels) {
    start(this.publishing.prepare(labels));
  }

  /** Learn that signalling broke; its return brings fresh connections. */
  wentAway() {
    this.#reach.stop();
    this.watching.stop();
  }

  /** Close everything; the tracks that were sent live on. */
  close() {
    this.#isClosed = true;
    this.#reach.stop();
    this.watching.stop();
    this.#publishingRepair.close();
    this.#fullRepair.close();
    this.publishing.close();
    this.subscribing.close();
  }

  /** @returns {Promise<{sending: object[], receiving: object[]}>} see statistics.js */
  async stats() {
    const [sending, receiving] = await Promise.all([
      this.publishing.stats(),
      this.subscribing.stats(),
    ]);
    return { sending, receiving };
  }

  #takeOffer(sdp) {
    const answered = this.subscribing.takeOffer(sdp).catch((error) => {
      if (error.code !== "INVALID_MESSAGE") {
        throw error;
      }
      // The server may have made a newer offer meanwhile; a fresh start is right for both.
      return this.#fullRepair.run();
    });
    start(answered);
  }

  async #restart() {
    // The server forgets both connections when it makes a fresh subscribing one.
    await this.subscribing.reset();
    this.watching.sayAgain();
    await this.publishing.rebuild();
  }

  #changed(end, state, repair) {
    this.#reach.changed(end, state);
    if (state === "connected") {
      repair.succeeded();
    } else if (state === "failed" && !this.#isClosed) {
      start(repair.run());
    }
  }
}

/** What fails because signalling broke is done anew when that is back. */
function start(work) {
  work.catch((error) => console.warn(`media connection: ${error.message}`));
}
