/**
 * One participant's signalling across however many websockets it takes, as proconf_tui/sdk/link.py:
 * when one is lost it connects again and takes the kept seat. It knows no room.
 */

import { delaysS } from "../core/backoff.js";
import { ProconfError } from "../core/failures.js";
import { Signalling } from "./signalling.js";

/** How long a server may take to answer one who comes, once connected. */
const FIRST_ANSWER_MS = 6000;

/** How long it may take to answer one who comes back, before the next attempt. */
const ANSWER_MS = 2500;

/** How long to try; a seat is kept for less, after that one comes in anew with the token. */
const GIVE_UP_MS = 300_000;

const WORTH_RETRYING = new Set(["UNREACHABLE", "LOST", "LIMIT_EXCEEDED"]);

/** What follows a join and says where one stands. */
const STANDINGS = new Set(["awaiting", "welcome", "resumed"]);

/**
 * @typedef {object} LinkListener
 * @property {() => number} version the room's version that was seen last; 0 for none
 * @property {(joined: object) => void} seated who one is, before anything else is told
 * @property {(method: string, params: object) => void} take what the server tells
 * @property {() => void} lost the connection broke and is being made again
 * @property {() => void} back it has been
 * @property {(error: ProconfError) => void} gaveUp there is no way back
 */

export class Link {
  #platform;
  #listener;
  #join;
  #seat;
  #signalling = null;
  #opening = null;
  #absence = null;
  #skipDelay = () => {};
  #returning = null;
  #isClosed = false;

  /**
   * @param {import("./platform.js").Platform} platform
   * @param {object} join the params of `join`, without `resume`
   * @param {LinkListener} listener
   * @param {{peerId: string, resumeKey: string}|null} seat to be taken again
   */
  constructor(platform, join, listener, seat) {
    this.#platform = platform;
    this.#join = join;
    this.#listener = listener;
    this.#seat = seat && { peerId: seat.peerId, resumeKey: seat.resumeKey };
  }

  /** The token to come in with, should the seat be lost. */
  get token() {
    return this.#join.token;
  }

  /** Whether nothing is heard of the server that should be. */
  get isSilent() {
    return this.#signalling?.isSilent ?? true;
  }

  /** @param {string} token to come in with from now on */
  renew(token) {
    this.#join = { ...this.#join, token };
  }

  /**
   * Connect and join.
   *
   * @param {number} [answerMs] how long the server may take, once connected
   * @returns {Promise<void>}
   * @throws {ProconfError} the server's refusal; UNREACHABLE if nothing answers in time
   */
  async open(answerMs = FIRST_ANSWER_MS) {
    const signalling = new Signalling(this.#platform, {
      onNotification: (method, params) => this.#take(method, params),
      onLost: () => this.#recover(),
    });
    this.#opening = signalling;
    try {
      const joined = await signalling.join(this.#params(), answerMs);
      this.#seat = { peerId: joined.peerId, resumeKey: joined.resumeKey };
      this.#signalling = signalling;
      this.#listener.seated(joined);
    } catch (error) {
      signalling.close();
      throw error;
    } finally {
      this.#opening = null;
    }
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
    if (this.#signalling === null) {
      throw new ProconfError("LOST", "There is no connection to the meeting just now; try again.");
    }
    return this.#signalling.request(method, params);
  }

  /**
   * Wait until a connection that broke is made again; at once if none did.
   *
   * @returns {Promise<void>}
   * @throws {ProconfError} LOST: there is no way back
   */
  async untilBack() {
    await this.#returning;
    if (this.#signalling === null) {
      throw new ProconfError("LOST");
    }
  }

  /** Look at once whether the connection stands, or try at once to make it again. */
  nudge() {
    this.#skipDelay();
    this.#signalling?.look();
  }

  /** Close the connection, and stop making another one; the server keeps the seat for a while. */
  close() {
    this.#isClosed = true;
    this.#opening?.close();
    this.#signalling?.close();
    this.#signalling = null;
    this.#skipDelay();
  }

  #params() {
    if (this.#seat === null) {
      return this.#join;
    }
    return { ...this.#join, resume: { ...this.#seat, version: this.#listener.version() } };
  }

  #take(method, params) {
    this.#listener.take(method, params);
    if (STANDINGS.has(method)) {
      // A join alone shows little: what follows it may break the connection each time.
      this.#absence = null;
    }
  }

  #recover() {
    this.#signalling = null;
    this.#absence ??= {
      endsAtMs: this.#platform.nowMs() + GIVE_UP_MS,
      delaysS: delaysS(this.#platform.random),
    };
    this.#returning = this.#return().finally(() => {
      this.#returning = null;
    });
    this.#listener.lost();
  }

  async #return() {
    try {
      await this.#retry(this.#absence);
    } catch (error) {
      if (!this.#isClosed) {
        this.#listener.gaveUp(error);
      }
      return;
    }
    if (!this.#isClosed) {
      this.#listener.back();
    }
  }

  async #retry({ endsAtMs, delaysS: delays }) {
    // Not `for … of`, which would close the generator; the next loss goes on where this one ends.
    for (;;) {
      await this.#sleep(delays.next().value * 1000);
      if (this.#isClosed || this.#platform.nowMs() >= endsAtMs) {
        throw new ProconfError("LOST");
      }
      try {
        await this.open(ANSWER_MS);
        return;
      } catch (error) {
        if (!WORTH_RETRYING.has(error.code)) {
          throw error;
        }
      }
    }
  }

  #sleep(delayMs) {
    return new Promise((resolve) => {
      const cancel = this.#platform.after(delayMs, resolve);
      this.#skipDelay = () => {
        cancel();
        resolve();
      };
    });
  }
}
