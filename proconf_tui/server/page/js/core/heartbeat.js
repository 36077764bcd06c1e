/**
 * When to ping a server, and when it has been silent for too long. Pure: instants are milliseconds
 * of one clock that only goes forward.
 */

import { HEARTBEAT_S, LOST_AFTER_HEARTBEATS, PINGS_A_HEARTBEAT } from "./limits.js";

/** Over a good line the answer to a ping takes no longer. */
const ANSWER_MS = 500;

export class Heartbeat {
  #beatMs = HEARTBEAT_S * 1000;
  #heardAtMs;
  #pingedAtMs;
  #lookUntilMs = Infinity;

  /** @param {number} nowMs */
  constructor(nowMs) {
    this.begin(nowMs);
  }

  /** @param {number} nowMs when the connection was there */
  begin(nowMs) {
    this.#heardAtMs = this.#pingedAtMs = nowMs;
  }

  /** @param {number} heartbeatS as the server has it */
  every(heartbeatS) {
    this.#beatMs = heartbeatS * 1000;
  }

  /** @param {number} nowMs when anything came */
  heard(nowMs) {
    this.#heardAtMs = nowMs;
    this.#lookUntilMs = Infinity;
  }

  /** @param {number} nowMs */
  pinged(nowMs) {
    this.#pingedAtMs = nowMs;
  }

  /** @param {number} atMs until when something must be heard, whatever the heartbeat */
  expectBy(atMs) {
    this.#lookUntilMs = atMs;
  }

  /** @returns {number} */
  get pingDueAtMs() {
    return this.#pingedAtMs + this.#beatMs / PINGS_A_HEARTBEAT;
  }

  /** @returns {number} when the connection is a lost one, if nothing is heard until then */
  get lostAtMs() {
    return Math.min(this.#heardAtMs + this.#beatMs * LOST_AFTER_HEARTBEATS, this.#lookUntilMs);
  }

  /**
   * @param {number} nowMs
   * @returns {boolean} whether the answer to a ping is overdue
   */
  isSilent(nowMs) {
    return nowMs - this.#heardAtMs > this.#beatMs / PINGS_A_HEARTBEAT + ANSWER_MS;
  }
}
