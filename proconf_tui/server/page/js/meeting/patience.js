/**
 * Asking again by itself where one is refused only for now: too many come in at this moment, or the
 * meeting is not there yet (as `until_there` in proconf_tui/sdk/admission.py).
 */

import { delaysS } from "../core/backoff.js";
import { ProconfError } from "../core/failures.js";

/** How long the crowd is waited for in all; then a person decides. */
const CROWD_MS = 60_000;
const CROWD_DELAY_S = 4;
const ABSENT_DELAYS_S = [3, 3, 4, 6, 9, 12];
const ABSENT_LATER_S = 15;

/** Those who are told the same delay do not all come back at one moment. */
const SPREAD = 0.3;

/** For who waits until the meeting is there; a server that is away meanwhile may come back too. */
const ABSENT = new Set(["ROOM_NOT_FOUND", "NOT_STARTED", "UNREACHABLE", "LOST", "LIMIT_EXCEEDED"]);

/** For so long the server keeps a seat whose connection is gone. */
const SEAT_MS = 30_000;
const OUT_OF_REACH = new Set(["UNREACHABLE", "LOST"]);

/** @typedef {{reason: string, message: string, againAtMs: number|null}} Waiting */

/** Lasts for one coming in. */
export class Patience {
  #platform;
  #isForRoom;
  #onWaiting;
  #crowdEndsAtMs = null;
  #looks = 0;
  #isClosed = false;
  #wake = () => {};

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {{isForRoom: boolean, onWaiting: (waiting: Waiting) => void}} how `isForRoom` also waits
   *   for a meeting that is not there, for as long as it takes
   */
  constructor(platform, { isForRoom, onWaiting }) {
    this.#platform = platform;
    this.#isForRoom = isForRoom;
    this.#onWaiting = onWaiting;
  }

  /**
   * @template T
   * @param {() => Promise<T>} attempt
   * @returns {Promise<T>} of the first that succeeds
   * @throws {ProconfError} the refusal that waiting does not change; LOST once this is closed
   */
  async of(attempt) {
    for (;;) {
      try {
        const done = await attempt();
        this.#checkOpen();
        return done;
      } catch (error) {
        this.#checkOpen();
        await this.#sleep(this.#waitingAfter(error));
        this.#checkOpen();
      }
    }
  }

  /**
   * As `of`, and while a seat may still be kept also where the server is out of reach.
   *
   * @template T
   * @param {() => Promise<T>} attempt to take that seat
   * @returns {Promise<T>}
   */
  ofSeat(attempt) {
    const endsAtMs = this.#platform.nowMs() + SEAT_MS;
    const delays = delaysS(this.#platform.random);
    return this.of(async () => {
      for (;;) {
        try {
          return await attempt();
        } catch (error) {
          if (!OUT_OF_REACH.has(error.code) || this.#platform.nowMs() >= endsAtMs) {
            throw error;
          }
        }
        await this.#sleep(delays.next().value * 1000);
        this.#checkOpen();
      }
    });
  }

  /** Stop asking. */
  close() {
    this.#isClosed = true;
    this.#wake();
  }

  #checkOpen() {
    if (this.#isClosed) {
      throw new ProconfError("LOST");
    }
  }

  #waitingAfter(error) {
    if (this.#isForRoom && ABSENT.has(error.code)) {
      return this.#untilThere(error);
    }
    if (error.code === "LIMIT_EXCEEDED") {
      return this.#inTheCrowd(error);
    }
    throw error;
  }

  #untilThere({ retryAfterS }) {
    const delayS = ABSENT_DELAYS_S[this.#looks] ?? ABSENT_LATER_S;
    this.#looks += 1;
    this.#onWaiting({ reason: "WAITING_FOR_ROOM_TO_START", message: "", againAtMs: null });
    return this.#spread(Math.max(delayS, retryAfterS ?? 0));
  }

  #inTheCrowd(error) {
    const nowMs = this.#platform.nowMs();
    this.#crowdEndsAtMs ??= nowMs + CROWD_MS;
    const delayMs = this.#spread(error.retryAfterS ?? CROWD_DELAY_S);
    const againAtMs = nowMs + delayMs;
    if (againAtMs > this.#crowdEndsAtMs) {
      throw error;
    }
    this.#onWaiting({ reason: "WAITING_FOR_OTHERS", message: error.message, againAtMs });
    return delayMs;
  }

  #spread(delayS) {
    return delayS * (1 + SPREAD * this.#platform.random()) * 1000;
  }

  #sleep(delayMs) {
    return new Promise((resolve) => {
      const cancel = this.#platform.after(delayMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
