/**
 * One signalling websocket: it joins, pairs requests with answers, keeps the heartbeat, and says
 * when the connection is gone. Whether to connect again is the link's business.
 */

import { ProconfError } from "../core/failures.js";
import { decode, encodeRequest, errorOf } from "../core/frames.js";
import { Heartbeat } from "../core/heartbeat.js";
import { PENDING_REQUESTS } from "../core/limits.js";

const PATH = "/api/v1/ws";
const REQUEST_TIMEOUT_MS = 10_000;

/** How long connecting may take: over a slow line it is several round trips. */
const OPEN_MS = 6000;

/** How long a server that may be out of reach has to answer when somebody looks. */
const LOOK_MS = 2500;

/** Over a line as slow as it was at first, a look must not take it for a lost one. */
const LOOK_ROUND_TRIPS = 3;

export class Signalling {
  #platform;
  #onNotification;
  #onLost;
  #socket;
  #opening;
  #lastId = 0;
  #pending = new Map();
  #heartbeat;
  #openedAtMs = 0;
  #joinTookMs = 0;
  #cancelTimer = () => {};
  #isOver = false;

  /**
   * Begin to connect; `join` comes next.
   *
   * @param {import("./platform.js").Platform} platform
   * @param {{onNotification: (method: string, params: object) => void, onLost: () => void}} told
   *   `onNotification` may throw INVALID_MESSAGE, which breaks the connection; `onLost` is called
   *   once after `join` has been answered, unless `close` comes first
   */
  constructor(platform, { onNotification, onLost }) {
    this.#platform = platform;
    this.#onNotification = onNotification;
    this.#onLost = onLost;
    this.#heartbeat = new Heartbeat(platform.nowMs());
    this.#socket = platform.openSocket(PATH);
    this.#opening = new Promise((resolve) => this.#socket.addEventListener("open", resolve));
    this.#socket.addEventListener("message", ({ data }) => this.#take(data));
    this.#socket.addEventListener("close", () => this.#end());
  }

  /**
   * Send the first message and return its answer.
   *
   * @param {object} params of `join`
   * @param {number} answerMs how long the server may take to answer, once connected
   * @returns {Promise<object>} Joined of docs/protocol.md
   * @throws {ProconfError} the server's refusal; UNREACHABLE, or LOST, if there is no answer
   */
  async join(params, answerMs) {
    const id = this.#nextId();
    const answer = this.#answerTo(id, "join", OPEN_MS, "UNREACHABLE");
    this.#beat();
    this.#opening.then(() => this.#opened(id, params, answerMs));
    const joined = await answer;
    this.#joinTookMs = this.#platform.nowMs() - this.#openedAtMs;
    this.#heartbeat.every(joined.heartbeatS);
    this.#beat();
    return joined;
  }

  /**
   * Ask the server and return its answer.
   *
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<object>}
   * @throws {ProconfError} the server's refusal; LOST if the answer does not come
   */
  async request(method, params) {
    if (this.#isOver) {
      throw new ProconfError("LOST");
    }
    if (this.#pending.size >= PENDING_REQUESTS) {
      throw new ProconfError("LIMIT_EXCEEDED", "Too much is under way; wait a moment.");
    }
    const id = this.#nextId();
    const answer = this.#answerTo(id, method, REQUEST_TIMEOUT_MS, "LOST");
    this.#send(id, method, params);
    this.#beat();
    return answer;
  }

  /** Find out soon whether the connection still is one. */
  look() {
    if (!this.#isOver) {
      const patienceMs = Math.max(LOOK_MS, LOOK_ROUND_TRIPS * this.#joinTookMs);
      this.#heartbeat.expectBy(this.#platform.nowMs() + patienceMs);
      this.#ping();
      this.#beat();
    }
  }

  /** Whether an answer of the server's is overdue. */
  get isSilent() {
    return this.#heartbeat.isSilent(this.#platform.nowMs());
  }

  /** Close the connection; what still waits for an answer fails. */
  close() {
    this.#onLost = () => {};
    this.#end();
  }

  #opened(id, params, answerMs) {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      const nowMs = this.#platform.nowMs();
      this.#openedAtMs = nowMs;
      this.#heartbeat.begin(nowMs);
      pending.dueAtMs = nowMs + answerMs;
      this.#send(id, "join", params);
      this.#beat();
    }
  }

  #nextId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  #answerTo(id, method, withinMs, codeIfLate) {
    const dueAtMs = this.#platform.nowMs() + withinMs;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, dueAtMs, codeIfLate, resolve, reject });
    });
  }

  #send(id, method, params) {
    try {
      const frame = encodeRequest(id, method, params);
      if (this.#socket.readyState === 1) {
        this.#socket.send(frame);
      }
    } catch (error) {
      this.#taken(id)?.reject(error);
    }
  }

  #ping() {
    this.#heartbeat.pinged(this.#platform.nowMs());
    const id = this.#nextId();
    this.#answerTo(id, "ping", REQUEST_TIMEOUT_MS, "LOST").catch(() => {});
    this.#send(id, "ping");
  }

  #take(data) {
    if (this.#isOver) {
      return;
    }
    this.#heartbeat.heard(this.#platform.nowMs());
    try {
      this.#handle(decode(data));
    } catch (error) {
      // After nonsense only a fresh view helps, and that comes with the next connection.
      this.#end();
      if (!(error instanceof ProconfError)) {
        throw error;
      }
    }
    // Where a page is hidden for long, browsers hold up timers that are set by timers, and not
    // those that are set by messages.
    this.#beat();
  }

  #handle(message) {
    if (message.type === "notification") {
      this.#onNotification(message.method, message.params);
    } else if (message.type === "result") {
      this.#taken(message.id)?.resolve(message.result);
    } else {
      this.#taken(message.id)?.reject(errorOf(message));
    }
  }

  #taken(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  /** Do what time asks for now, and come again when it next does. */
  #beat() {
    this.#cancelTimer();
    const nowMs = this.#platform.nowMs();
    if (nowMs >= this.#heartbeat.lostAtMs) {
      this.#end();
    }
    for (const [id, { dueAtMs, codeIfLate }] of this.#pending) {
      if (dueAtMs <= nowMs) {
        this.#taken(id).reject(new ProconfError(codeIfLate));
      }
    }
    if (this.#isOver) {
      return;
    }
    if (this.#socket.readyState === 1 && nowMs >= this.#heartbeat.pingDueAtMs) {
      this.#ping();
    }
    this.#cancelTimer = this.#platform.after(this.#nextDueInMs(nowMs), () => this.#beat());
  }

  #nextDueInMs(nowMs) {
    const { lostAtMs, pingDueAtMs } = this.#heartbeat;
    const dues = [...this.#pending.values()].map(({ dueAtMs }) => dueAtMs);
    return Math.max(10, Math.min(lostAtMs, pingDueAtMs, ...dues) - nowMs);
  }

  #end() {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#cancelTimer();
    this.#socket.close();
    const wasJoining = [...this.#pending.values()].some(({ method }) => method === "join");
    for (const { reject, codeIfLate } of this.#pending.values()) {
      reject(new ProconfError(codeIfLate));
    }
    this.#pending.clear();
    if (!wasJoining) {
      this.#onLost();
    }
  }
}
