/**
 * What this browser remembers: for one tab the seat and how loud the others are, so that it outlives
 * a reload of the page, and for all visits who and with what one joins. Where nothing can be stored
 * it forgets.
 */

import { browser } from "./platform.js";

const SEAT = "proconf.seat.";
const DEVICE = "proconf.device";
const NAME = "proconf.name";
const CHOICES = "proconf.devices";
const VOLUMES = "proconf.volumes.";
const KEYS = "proconf.keys";

/**
 * @typedef {object} KeptSeat
 * @property {string} peerId
 * @property {string} resumeKey
 * @property {string} token to come in with where the seat is gone
 */

export class SeatStore {
  #tab;
  #visits;
  #platform;

  /**
   * @param {Storage} [tab] sessionStorage
   * @param {Storage} [visits] localStorage
   * @param {import("./platform.js").Platform} [platform]
   */
  constructor(tab = storage("sessionStorage"), visits = storage("localStorage"), platform) {
    this.#tab = tab;
    this.#visits = visits;
    this.#platform = platform ?? browser;
  }

  /**
   * @param {string} roomId
   * @returns {KeptSeat|null} the seat this tab had in that room when the page was last left
   */
  seat(roomId) {
    const seat = this.#read(this.#tab, SEAT + roomId);
    const isWhole = ["peerId", "resumeKey", "token"].every((key) => typeof seat?.[key] === "string");
    return isWhole ? seat : null;
  }

  /**
   * @param {string} roomId
   * @param {KeptSeat} seat
   */
  keepSeat(roomId, seat) {
    this.#write(this.#tab, SEAT + roomId, seat);
  }

  /** @param {string} roomId */
  forgetSeat(roomId) {
    attempt(() => this.#tab?.removeItem(SEAT + roomId));
  }

  /**
   * @param {string} roomId
   * @returns {*} what was kept in this tab of the volumes there; anything, if others wrote it
   */
  volumes(roomId) {
    return this.#read(this.#tab, VOLUMES + roomId);
  }

  /**
   * @param {string} roomId
   * @param {Object<string, number>} volumes by peerId
   */
  keepVolumes(roomId, volumes) {
    this.#write(this.#tab, VOLUMES + roomId, volumes);
  }

  /** @returns {string} what makes this browser's guest the same at every visit */
  device() {
    const known = this.#read(this.#visits, DEVICE);
    if (typeof known === "string" && known !== "") {
      return known;
    }
    const made = this.#platform.randomName();
    this.#write(this.#visits, DEVICE, made);
    return made;
  }

  /** The name last joined with; empty for none. */
  get name() {
    const name = this.#read(this.#visits, NAME);
    return typeof name === "string" ? name : "";
  }

  set name(name) {
    this.#write(this.#visits, NAME, name);
  }

  /** The devices last chosen, under whatever keys whoever chose them uses. */
  get devices() {
    const devices = this.#read(this.#visits, CHOICES);
    return typeof devices === "object" && devices !== null ? devices : {};
  }

  set devices(devices) {
    this.#write(this.#visits, CHOICES, devices);
  }

  /** Whether single keys do what buttons do. */
  get hasKeys() {
    return this.#read(this.#visits, KEYS) !== false;
  }

  set hasKeys(hasKeys) {
    this.#write(this.#visits, KEYS, hasKeys);
  }

  #read(from, key) {
    return attempt(() => JSON.parse(from?.getItem(key) ?? "null"));
  }

  #write(to, key, value) {
    attempt(() => to?.setItem(key, JSON.stringify(value)));
  }
}

/** Storage is denied by throwing, even at its name, and may hold what anybody wrote. */
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

function storage(name) {
  return attempt(() => globalThis[name]) ?? null;
}
