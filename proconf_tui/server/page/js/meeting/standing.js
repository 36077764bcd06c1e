/** Where one stands with a meeting, from knocking to the end; it is over once, and for good. */

import { ProconfError, endBy, endOf, refusalOf } from "../core/failures.js";
import { Admission } from "./admission.js";

/**
 * @typedef {object} Reason
 * @property {string} reason
 * @property {string} message
 * @property {number|null} [againAtMs] of what one waits for, when it is tried again; null if nobody
 *   waits for that moment
 */

export class Standing {
  /** @type {"idle"|"connecting"|"waiting"|"connected"|"reconnecting"|"left"|"closed"|"failed"} */
  state = "idle";
  /** @type {Reason|null} */
  waiting = null;
  /** @type {Reason|null} */
  ended = null;
  #onChanged;
  #admission = null;

  /** @param {() => void} onChanged */
  constructor(onChanged) {
    this.#onChanged = onChanged;
  }

  get isOver() {
    return this.state === "left" || this.state === "closed";
  }

  /** How it ends for who goes of their own will. */
  get farewell() {
    const isIn = this.state === "connected" || this.state === "reconnecting";
    return endOf(isIn ? "LEFT" : "STOPPED_WAITING");
  }

  /**
   * Knock, and wait until that is decided.
   *
   * @param {() => Promise<void>} comeIn
   * @throws {ProconfError} the refusal, after which one may knock again unless it is over
   */
  async knock(comeIn) {
    if (this.state !== "idle" && this.state !== "failed") {
      throw new ProconfError("LOST", "You are out of this meeting; join it anew.");
    }
    const admission = new Admission();
    this.#admission = admission;
    this.ended = null;
    this.#become("connecting");
    comeIn().catch((error) => admission.refuse(error));
    try {
      await admission.decided();
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      this.#admission = null;
    }
  }

  /** @param {Reason} waiting what for */
  await(waiting) {
    this.waiting = waiting;
    this.#become("waiting");
  }

  /** @returns {boolean} whether that lets one in who had knocked */
  letIn() {
    this.waiting = null;
    this.#become("connected");
    return this.#admission?.grant() ?? false;
  }

  /** The connection broke, and is being made again. */
  away() {
    this.#become("reconnecting");
  }

  /** It has been made again, and one is in as before. */
  back() {
    if (this.state === "reconnecting") {
      this.#become("connected");
    }
  }

  /**
   * Be out.
   *
   * @param {"left"|"closed"} state
   * @param {Reason} ended
   * @param {unknown} [error] for who still waits to be let in
   */
  end(state, ended, error = refusalOf(ended)) {
    this.ended = ended;
    this.waiting = null;
    this.#become(state);
    this.#admission?.refuse(error);
  }

  #failed(error) {
    if (!this.isOver) {
      this.ended = endBy(error);
      this.waiting = null;
      this.#become("failed");
    }
  }

  #become(state) {
    this.state = state;
    this.#onChanged();
  }
}
