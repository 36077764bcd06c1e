/** How one gets into a meeting: by a kept seat, by one's own token, or by one got for the invite. */

import { guestToken } from "../net/http.js";
import { OtherTabs } from "../net/other_tabs.js";

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
  #tabs;

  /**
   * @param {object} options those of the Meeting
   * @param {string} options.roomId
   * @param {string|null} options.token
   * @param {boolean} options.isInvite
   * @param {KeptSeat|null} options.seat
   * @param {import("../net/seat_store.js").SeatStore|null} options.store
   * @param {import("../net/platform.js").Platform} options.platform
   * @param {(peerId: string) => void} onTaken another tab has taken this peer's seat
   */
  constructor({ roomId, token, isInvite, seat, store, platform }, onTaken) {
    this.#roomId = roomId;
    this.#token = token;
    this.#isInvite = isInvite;
    this.#seat = seat;
    this.#store = store;
    this.#platform = platform;
    this.#tabs = new OtherTabs(onTaken);
  }

  /**
   * Find what opens the meeting, and try it.
   *
   * @param {{name: string, passcode: string|null}} as
   * @param {(token: string, seat: KeptSeat|null) => Promise<void>} open
   * @throws {ProconfError} the server's refusal
   */
  async take({ name, passcode }, open) {
    const seat = this.#seat;
    this.#seat = null;
    if (seat === null || !(await this.#isBackIn(seat, open))) {
      await open(await this.#tokenFor(name, passcode), null);
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
    this.#tabs.close();
    this.#forget(reason);
  }

  /** Take the kept seat; false if it is gone, and the token it came with is of no use either. */
  async #isBackIn(seat, open) {
    this.#tabs.take(seat.peerId);
    try {
      await open(seat.token, seat);
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
