/** How one gets into a meeting: by a kept seat, by one's own token, or by one got for the invite. */

import { guestToken } from "../net/http.js";
import { OtherTabs } from "../net/other_tabs.js";
import { Patience } from "./patience.js";

/** @typedef {import("../net/seat_store.js").KeptSeat} KeptSeat */

/** After these the seat may still be kept; after anything else it is gone for good. */
const KEEPS_SEAT = new Set(["LOST", "UNREACHABLE", "LIMIT_EXCEEDED"]);

export class WayIn {
  #roomId;
  #token;
  #isInvite;
  #seat;
  #store;
  #platform;
  #onWaiting;
  #tabs;
  #patience = null;

  /**
   * @param {object} options those of the Meeting
   * @param {string} options.roomId
   * @param {string|null} options.token
   * @param {boolean} options.isInvite
   * @param {KeptSeat|null} [options.seat] to be taken again, patiently; later one that the store
   *   has is tried first
   * @param {import("../net/seat_store.js").SeatStore|null} [options.store]
   * @param {import("../net/platform.js").Platform} options.platform
   * @param {object} told
   * @param {(peerId: string) => void} told.onTaken another tab has taken this peer's seat
   * @param {(waiting: import("./patience.js").Waiting) => void} told.onWaiting it is not yet one's
   *   turn, or the meeting is not there
   */
  constructor(options, { onTaken, onWaiting }) {
    const { roomId, token, isInvite, seat = null, store = null, platform } = options;
    this.#roomId = roomId;
    this.#token = token;
    this.#isInvite = isInvite;
    this.#seat = seat;
    this.#store = store;
    this.#platform = platform;
    this.#onWaiting = onWaiting;
    this.#tabs = new OtherTabs(onTaken);
  }

  /**
   * Find what opens the meeting, and try it; again and again where that is all there is to do.
   *
   * @param {{name: string, passcode: string|null, waits: boolean}} as `waits` for a meeting that is
   *   not there yet
   * @param {(token: string, seat: KeptSeat|null) => Promise<void>} open
   * @throws {ProconfError} the server's refusal
   */
  async take({ name, passcode, waits }, open) {
    const how = { isForRoom: waits, onWaiting: this.#onWaiting };
    const patience = new Patience(this.#platform, how);
    this.#patience = patience;
    if (!(await this.#isBackIn(open))) {
      const token = await patience.of(() => this.#tokenFor(name, passcode));
      await patience.of(() => open(token, null));
    }
  }

  /** @param {KeptSeat} seat for this tab, should its page be loaded again */
  keep(seat) {
    this.#store?.keepSeat(this.#roomId, seat);
  }

  /**
   * Be out of the meeting.
   *
   * @param {string} reason
   */
  close(reason) {
    this.#patience?.close();
    this.#tabs.close();
    this.#forget(reason);
  }

  /** Take the kept seat; false if it is gone, and the token it came with is of no use either. */
  async #isBackIn(open) {
    const given = this.#seat;
    this.#seat = null;
    const seat = given ?? this.#store?.seat(this.#roomId) ?? null;
    if (seat === null) {
      return false;
    }
    this.#tabs.take(seat.peerId);
    const take = () => open(seat.token, seat);
    try {
      // Who presses a button is told of a failure; who did nothing is waited for.
      await (given === null ? this.#patience.of(take) : this.#patience.ofSeat(take));
      return true;
    } catch (error) {
      this.#forget(error.code);
      if (error.code !== "BAD_TOKEN") {
        throw error;
      }
      return false;
    }
  }

  #forget(reason) {
    if (!KEEPS_SEAT.has(reason)) {
      this.#store?.forgetSeat(this.#roomId);
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
}
