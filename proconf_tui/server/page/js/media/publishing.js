/**
 * The publishing connection: a section for each label, whose track changes without negotiating.
 *
 * What one may publish, and when, is decided elsewhere: a section only makes a stream possible.
 */

import { withoutSilence } from "../core/descriptions.js";
import { InTurn } from "../core/in_turn.js";
import { browser } from "../net/platform.js";
import { applyRemote, describe, openConnection } from "./connections.js";
import { Outgoing } from "./outgoing.js";
import { Rates, sendingSummary } from "./statistics.js";

/** How often sizes are looked at again: less is sent a while after less is wanted. */
const LOOK_AGAIN_MS = 1000;

/** Sends under the labels `audio`, `video` and `screen`. */
export class Publishing {
  #request;
  #iceServers;
  #onState;
  #onDescribed;
  #pc = null;
  #outgoing = new Map();
  #negotiated = new Set();
  #tracks = new Map();
  #wanted = {};
  #turns = new InTurn();
  #platform;
  #rates = new Rates();
  #cancelLook = null;
  #isClosed = false;

  /**
   * @param {object} options
   * @param {(method: string, params: object) => Promise<object>} options.request
   * @param {RTCIceServer[]} [options.iceServers]
   * @param {(state: string) => void} [options.onState] told the connection's state
   * @param {(sdp: string) => void} [options.onDescribed] told the server's newest answer
   * @param {import("../net/platform.js").Platform} [options.platform]
   */
  constructor(options) {
    const { request, iceServers = [], onState = () => {}, onDescribed = () => {} } = options;
    this.#platform = options.platform ?? browser;
    this.#request = request;
    this.#iceServers = iceServers;
    this.#onState = onState;
    this.#onDescribed = onDescribed;
  }

  /**
   * Have a section for each of these labels; those there are stay as they are.
   * @param {string[]} labels
   * @returns {Promise<void>} rejects with a ProconfError
   */
  prepare(labels) {
    return this.#turns.run(async () => {
      const missing = labels.filter((label) => !this.#negotiated.has(label));
      if (missing.length > 0 && !this.#isClosed) {
        await this.#negotiate(missing);
      }
    });
  }

  /**
   * From now on send `track` under `label`; null is nothing.
   * @param {string} label
   * @param {MediaStreamTrack|null} track stays the caller's: nobody stops it here
   * @returns {Promise<void>} done once there is a section for it, or signalling broke, whose
   *   return brings one; rejects with a ProconfError
   */
  async send(label, track) {
    this.#tracks.set(label, track);
    this.#outgoing.get(label)?.send(track);
    this.#lookAgain();
    if (track !== null) {
      await this.prepare([label]).catch(unlessLost);
    }
  }

  /**
   * Send pictures in these sizes from now on, null being any; of other labels send none.
   * @param {Object<string, {widthPx: number, heightPx: number}|null>} streams
   */
  wanted(streams) {
    this.#wanted = streams;
    for (const [label, outgoing] of this.#outgoing) {
      outgoing.want(streams[label]);
    }
    this.#lookAgain();
  }

  /**
   * Replace the connection by a fresh one that sends the same; nothing if there is none.
   * @returns {Promise<void>} rejects with a ProconfError
   */
  rebuild() {
    return this.#turns.run(async () => {
      const labels = [...this.#outgoing.keys()];
      this.#discard();
      if (labels.length > 0 && !this.#isClosed) {
        await this.#negotiate(labels);
      }
    });
  }

  /** Close the connection; the tracks live on. */
  close() {
    this.#isClosed = true;
    this.#lookAgain();
    this.#discard();
  }

  /** @returns {Promise<object[]>} how each label is sent */
  async stats() {
    const pc = this.#pc;
    if (pc === null) {
      return [];
    }
    const labels = new Map([...this.#outgoing].map(([label, one]) => [one.mid, label]));
    return sendingSummary(await pc.getStats(), labels, this.#rates);
  }

  async #negotiate(labels) {
    const pc = (this.#pc ??= this.#fresh());
    for (const label of labels.filter((each) => !this.#outgoing.has(each))) {
      this.#add(pc, label);
    }
    const sdp = await describe(pc);
    const outgoing = [...this.#outgoing];
    const mids = Object.fromEntries(outgoing.map(([label, one]) => [one.mid, label]));
    const answer = await this.#request("publish", { sdp, labels: mids });
    this.#onDescribed(answer.sdp);
    await applyRemote(pc, "answer", withoutSilence(answer.sdp));
    this.#negotiated = new Set(this.#outgoing.keys());
    outgoing.forEach(([, one]) => one.update());
  }

  #add(pc, label) {
    const outgoing = new Outgoing(pc, label, this.#wanted[label], this.#platform);
    this.#outgoing.set(label, outgoing);
    outgoing.send(this.#tracks.get(label) ?? null);
    this.#lookAgain();
  }

  #fresh() {
    const tell = (state) => this.#pc === pc && this.#onState(state);
    const pc = openConnection(this.#iceServers, tell, this.#platform);
    return pc;
  }

  #discard() {
    const pc = this.#pc;
    this.#pc = null;
    this.#outgoing = new Map();
    this.#negotiated = new Set();
    pc?.close();
  }

  #lookAgain() {
    const isNeeded = [...this.#outgoing.values()].some((each) => each.isAlive);
    if (!isNeeded || this.#isClosed) {
      this.#cancelLook?.();
      this.#cancelLook = null;
    } else {
      this.#cancelLook ??= this.#platform.after(LOOK_AGAIN_MS, () => this.#look());
    }
  }

  #look() {
    this.#cancelLook = null;
    this.#outgoing.forEach((each) => each.isAlive && each.update());
    this.#lookAgain();
  }
}

function unlessLost(error) {
  if (error.code !== "LOST") {
    throw error;
  }
}
