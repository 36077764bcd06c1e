/**
 * One's camera and microphone before the meeting: which, whether on, what is wrong with it. What is
 * chosen is remembered; what was opened too late for a newer choice is closed again.
 */

import { wordsOf } from "../core/failures.js";

const KINDS = ["camera", "microphone"];

/** Tells `change` whenever anything of it is different. */
export class Equipment extends EventTarget {
  #devices;
  #store;
  #places = {};
  #listed = { cameras: [], microphones: [], speakers: [] };
  #unwatch;

  /**
   * @param {{openCamera: function, openMicrophone: function, openUsual: function,
   *   listDevices: function, watchDevices: function, whenEnded: function}} devices media/devices.js
   * @param {{devices: object}} store what this browser remembers: device ids under `camera`,
   *   `microphone` and `speaker`, and what was switched off under `off`
   */
  constructor(devices, store) {
    super();
    this.#devices = devices;
    this.#store = store;
    for (const kind of KINDS) {
      this.#places[kind] = {
        isOn: store.devices.off?.[kind] !== true,
        deviceId: store.devices[kind] ?? null,
        isChosen: false,
        track: null,
        problem: "",
        isOpening: false,
        turn: 0,
        opening: Promise.resolve(),
      };
    }
  }

  /**
   * @param {"camera"|"microphone"} kind
   * @returns {{isOn: boolean, deviceId: string|null, track: MediaStreamTrack|null,
   *   problem: string, isOpening: boolean}} `deviceId` is what is open, or else remembered
   */
  of(kind) {
    const place = this.#places[kind];
    return { ...place, deviceId: place.track?.getSettings().deviceId ?? place.deviceId };
  }

  /**
   * @param {"camera"|"microphone"|"speaker"} kind
   * @returns {{deviceId: string, name: string}[]}
   */
  listed(kind) {
    return this.#listed[`${kind}s`];
  }

  /** Open whatever is on, and follow what is plugged in. */
  async start() {
    this.#unwatch = this.#devices.watchDevices(() => this.#plugged());
    await Promise.all([this.refresh(), ...KINDS.map((kind) => this.#open(kind))]);
  }

  /** List the devices anew. */
  async refresh() {
    // A browser that will not tell has none to choose from.
    this.#listed = await this.#devices.listDevices().catch(() => this.#listed);
    this.#changed();
  }

  /**
   * @param {"camera"|"microphone"} kind
   * @param {boolean} isOn
   */
  async setOn(kind, isOn) {
    this.#places[kind].isOn = isOn;
    this.#remember(kind);
    await this.#open(kind);
  }

  /**
   * @param {"camera"|"microphone"} kind
   * @param {string} deviceId
   */
  async choose(kind, deviceId) {
    Object.assign(this.#places[kind], { deviceId, isChosen: true, isOn: true });
    this.#remember(kind);
    await this.#open(kind);
  }

  /**
   * Hand the open track on, once it is; whoever gets it ends it.
   * @param {"camera"|"microphone"} kind
   * @returns {Promise<MediaStreamTrack|null>} null if it is off or cannot be used
   */
  async handOver(kind) {
    const place = this.#places[kind];
    await place.opening;
    return this.#take(place);
  }

  /** Let go of the devices. */
  close() {
    this.#unwatch?.();
    Object.values(this.#places).forEach((place) => this.#take(place)?.stop());
  }

  #take(place) {
    const { track } = place;
    place.turn += 1;
    place.track = null;
    return track;
  }

  /**
   * Try once more what could not be opened.
   * @param {"camera"|"microphone"} kind
   */
  async retry(kind) {
    await this.#open(kind);
  }

  async #plugged() {
    await this.refresh();
    const troubled = KINDS.filter((kind) => this.#places[kind].problem !== "");
    await Promise.all(troubled.map((kind) => this.#open(kind)));
  }

  #remember(kind) {
    const { deviceId, isOn } = this.#places[kind];
    const { devices } = this.#store;
    this.#store.devices = { ...devices, [kind]: deviceId, off: { ...devices.off, [kind]: !isOn } };
  }

  #open(kind) {
    const opening = this.#reopen(kind, this.#places[kind]);
    this.#places[kind].opening = opening;
    return opening;
  }

  async #reopen(kind, place) {
    const turn = (place.turn += 1);
    place.track?.stop();
    Object.assign(place, { track: null, problem: "", isOpening: place.isOn });
    this.#changed();
    if (!place.isOn) {
      return;
    }
    const opened = await this.#opened(kind, place);
    if (place.turn !== turn) {
      opened.track?.stop();
      return;
    }
    Object.assign(place, opened, { isOpening: false });
    if (opened.track) {
      this.#devices.whenEnded(opened.track, () => this.#ended(kind, turn));
    }
    // Only now do browsers tell what the devices are called.
    await this.refresh();
  }

  async #opened(kind, { deviceId, isChosen }) {
    const { openCamera, openMicrophone, openUsual } = this.#devices;
    const open = kind === "camera" ? openCamera : openMicrophone;
    try {
      return { track: await (isChosen ? open(deviceId) : openUsual(open, deviceId)), problem: "" };
    } catch (error) {
      return { track: null, problem: wordsOf(error) };
    }
  }

  #ended(kind, turn) {
    const place = this.#places[kind];
    if (place.turn === turn) {
      const problem = `The ${kind} is gone; plug it in again or choose another one.`;
      Object.assign(place, { track: null, problem });
      this.#changed();
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
