/**
 * What becomes of a microphone that is unplugged during the meeting: another one takes its place,
 * and one who was muted stays so. No other camera is ever pointed at anybody unasked.
 */

import { mayProduce } from "../core/people.js";
import * as browserDevices from "../media/devices.js";

const LISTED_WITHIN_MS = 2_000;

export class Unplugged {
  #meeting;
  #announce;
  #devices;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {function(string, object=): void} announce
   * @param {object} [devices] media/devices.js
   */
  constructor(meeting, announce, devices = browserDevices) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#devices = devices;
    meeting.addEventListener("event", this.#happened);
  }

  /** Replace nothing more. */
  close() {
    this.#meeting.removeEventListener("event", this.#happened);
  }

  #happened = ({ detail }) => {
    if (detail.code === "DEVICE_LOST" && detail.label === "audio") {
      // Afterwards the track is nobody's any more, and whether one was muted is forgotten.
      const { own } = this.#meeting;
      const { groupId = "" } = own.trackOf("audio")?.getSettings() ?? {};
      // What cannot be replaced is gone, and that has been told.
      this.#replace(groupId, own.isMuted).catch(() => {});
    }
  };

  async #replace(groupId, wasMuted) {
    if (!(await this.#isAnotherLeft(groupId))) {
      return;
    }
    const track = await this.#devices.openMicrophone();
    if (!this.#mayBeUsed) {
      track.stop();
      return;
    }
    await this.#publish(track, wasMuted);
    const name = track.label || "Another microphone";
    const muted = wasMuted ? "; you are still muted" : "";
    this.#announce(`${name} is used now${muted}.`, { isShown: true });
  }

  async #publish(track, isMuted) {
    const { own } = this.#meeting;
    try {
      if (isMuted) {
        await own.mute();
      }
      await own.publish("audio", track);
    } catch (error) {
      track.stop();
      throw error;
    }
  }

  get #mayBeUsed() {
    const { own, room, meId, state } = this.#meeting;
    return state === "connected" && !own.isPublished("audio") && mayProduce(room, meId, "audio");
  }

  /** One that is still listed was not unplugged: the person took back what they had allowed. */
  async #isAnotherLeft(groupId) {
    if (groupId === "") {
      return false;
    }
    const isListed = async () => (await this.#listed()).some((each) => each.groupId === groupId);
    if (await isListed()) {
      await this.#changed();
    }
    return !(await isListed()) && (await this.#listed()).length > 0;
  }

  async #listed() {
    return (await this.#devices.listDevices()).microphones;
  }

  /** Browsers may tell that a track has ended before they list its device no more. */
  #changed() {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(late);
        unwatch();
        resolve();
      };
      const late = setTimeout(done, LISTED_WITHIN_MS);
      const unwatch = this.#devices.watchDevices(done);
    });
  }
}
