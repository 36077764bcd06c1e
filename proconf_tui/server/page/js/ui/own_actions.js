/**
 * What one does oneself: microphone, camera, screen, hand, emoji. It opens devices when they are
 * first needed, and says in words what could not be done.
 */

import { wordsOf } from "../core/failures.js";
import { whyNotProduce, whyNotSendData } from "../core/rights.js";
import * as devices from "../media/devices.js";
import { Lacking } from "./lacking.js";

const AWAY = "The connection is being made again.";
const SILENT_AWAY = "You are silent now; the others see it when the connection is back.";
const OFF_AWAY = "It is off now; the others see it when the connection is back.";

/** Tells `change` when something begins or ends that the meeting does not tell of. */
export class OwnActions extends EventTarget {
  #meeting;
  #announce;
  #store;
  #lacking;
  #busy = new Set();

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {function(string, object=): void} announce
   * @param {{store: {devices: object}, lacking?: Lacking}} how `store` is what this browser
   *   remembers, with device ids under `camera` and `microphone`
   */
  constructor(meeting, announce, { store, lacking = new Lacking(devices) }) {
    super();
    this.#store = store;
    this.#meeting = meeting;
    this.#announce = announce;
    this.#lacking = lacking;
    lacking.addEventListener("change", this.#changed);
  }

  /** Watch no devices any more. */
  close() {
    this.#lacking.removeEventListener("change", this.#changed);
    this.#lacking.close();
  }

  /** @returns {boolean} whether one's voice is sent */
  get isHeard() {
    const { own } = this.#meeting;
    return own.isPublished("audio") && !own.isMuted;
  }

  /**
   * @param {"video"|"screen"} label
   * @returns {boolean}
   */
  isOn(label) {
    return this.#meeting.own.isPublished(label);
  }

  /** @returns {boolean} */
  get hasHandRaised() {
    return (this.#meeting.me?.handRaisedAt ?? null) !== null;
  }

  /**
   * Return why this cannot be switched on now, or nothing if it can.
   * @param {"audio"|"video"|"screen"} label
   * @returns {string}
   */
  whyNot(label) {
    const { room, meId } = this.#meeting;
    if (this.#busy.has(label)) {
      return "It is being opened.";
    }
    return this.#lackOf(label) || this.whyAway() || whyNotProduce(room, meId, label);
  }

  /** @returns {string} why nothing can be asked of the server now, or nothing */
  whyAway() {
    return this.#meeting.state === "connected" ? "" : AWAY;
  }

  /** @returns {string} why one may not react now, or nothing */
  whyNotReact() {
    return this.whyAway() || whyNotSendData(this.#meeting.room, this.#meeting.meId);
  }

  /** Mute, or be heard (again). */
  async toggleMicrophone() {
    await (this.isHeard ? this.mute() : this.speak());
  }

  /** Be silent at once, whatever becomes of telling it. */
  async mute() {
    await this.#atOnce(() => this.#meeting.own.mute(), SILENT_AWAY);
  }

  /** Be heard; the microphone is opened if it is not yet. */
  async speak() {
    const { own } = this.#meeting;
    const isOpen = own.isPublished("audio");
    if (own.isMuted) {
      // Before the microphone is opened, so that who mutes meanwhile stays muted.
      await this.#told(async () => own.unmute());
    }
    if (!isOpen) {
      await this.#publish("audio", () =>
        devices.openUsual(devices.openMicrophone, this.#chosen("microphone")),
      );
    }
  }

  /** Switch the camera on or off. */
  async toggleCamera() {
    const open = () => devices.openUsual(devices.openCamera, this.#chosen("camera"));
    await (this.isOn("video") ? this.#stop("video") : this.#publish("video", open));
  }

  /** Share a screen, or share it no more. */
  async toggleScreen() {
    const isOn = this.isOn("screen");
    await (isOn ? this.#stop("screen") : this.#publish("screen", () => devices.captureScreen()));
  }

  /** Raise the hand or lower it. */
  async toggleHand() {
    const meeting = this.#meeting;
    await this.#told(async () =>
      this.hasHandRaised ? meeting.ask.lowerHand() : meeting.ask.raiseHand(),
    );
  }

  /**
   * React with an emoji.
   * @param {string} emoji
   */
  async react(emoji) {
    await this.#told(async () => this.#meeting.react(emoji));
  }

  #changed = () => this.dispatchEvent(new Event("change"));

  // What is sent already can be heard and seen again, though its device be gone from the list.
  #lackOf(label) {
    return this.#meeting.own.isPublished(label) ? "" : this.#lacking.whyNot(label);
  }

  async #stop(label) {
    await this.#atOnce(() => this.#meeting.own.stop(label), OFF_AWAY);
  }

  /** Switch off, which is done here before anybody can be told. */
  async #atOnce(switchOff, wordsAway) {
    await this.#told(async () => {
      try {
        await switchOff();
      } catch (error) {
        if (error.code !== "LOST") {
          throw error;
        }
        this.#announce(wordsAway);
      }
    });
  }

  async #publish(label, open) {
    this.#setBusy(label, true);
    await this.#told(async () => {
      const track = await open();
      if (track) {
        await this.#hand(label, track);
      }
    });
    this.#setBusy(label, false);
  }

  async #hand(label, track) {
    try {
      await this.#meeting.own.publish(label, track);
    } catch (error) {
      track.stop();
      throw error;
    }
  }

  #setBusy(label, isBusy) {
    this.#busy[isBusy ? "add" : "delete"](label);
    this.#changed();
  }

  #chosen(kind) {
    return this.#store.devices[kind] ?? null;
  }

  async #told(work) {
    try {
      await work();
    } catch (error) {
      this.#announce(wordsOf(error), { isUrgent: true });
    }
  }
}
