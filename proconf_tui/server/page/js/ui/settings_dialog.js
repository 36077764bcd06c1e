/** Devices during the meeting, one's own picture, and whether single keys do anything. */

import { wordsOf } from "../core/failures.js";
import * as devices from "../media/devices.js";
import { DeviceField } from "./device_field.js";
import { open } from "./dialogs.js";
import { el } from "./dom.js";
import { keySwitch } from "./help_dialog.js";
import { LoudnessBar } from "./loudness_bar.js";
import { button } from "./parts.js";
import { Preview } from "./preview.js";
import { switchDevice } from "./switching.js";

const KINDS = {
  camera: { label: "video", open: devices.openCamera },
  microphone: { label: "audio", open: devices.openMicrophone },
};

/** Opens once; frees what it opened for itself when it closes. */
export class SettingsDialog {
  #meeting;
  #announce;
  #voices;
  #how;
  #store;
  #preview = new Preview();
  #meter = new LoudnessBar();
  #fields = {};
  #problems = { camera: "", microphone: "", speaker: "" };
  #wanted = {};
  #listed = { cameras: [], microphones: [], speakers: [] };
  #unwatch;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {object} how
   * @param {function(string, object=): void} how.announce
   * @param {?import("./voices.js").Voices} how.voices without them no loudspeaker is offered
   * @param {import("../net/seat_store.js").SeatStore} how.store
   * @param {import("./shortcuts.js").Shortcuts} how.shortcuts
   * @param {function(): void} how.onStatistics
   * @param {function(): void} how.onKeys
   */
  constructor(meeting, how) {
    this.#meeting = meeting;
    this.#announce = how.announce;
    this.#voices = how.voices;
    this.#store = how.store;
    this.#how = how;
  }

  /** Show it; resolves when it is closed. */
  async open() {
    const dialog = open(this.#body(), { title: "Settings", class: "settings" });
    this.#meeting.addEventListener("change", this.#draw);
    this.#unwatch = devices.watchDevices(() => this.#refresh());
    this.#refresh();
    await dialog.closed;
    this.#close();
  }

  #close() {
    this.#unwatch();
    this.#meeting.removeEventListener("change", this.#draw);
    this.#preview.close();
    this.#meter.close();
  }

  #body() {
    const field = (kind, label, none, ...children) => {
      const onChoose = (deviceId) => this.#choose(kind, deviceId);
      this.#fields[kind] = new DeviceField({ label, onChoose, none }, ...children);
      return this.#fields[kind].element;
    };
    return el(
      "div",
      { class: "settings-body" },
      this.#preview.element,
      field("microphone", "Microphone", undefined, this.#meter.element),
      field("camera", "Camera"),
      this.#voices?.canChooseSpeaker &&
        field("speaker", "Loudspeaker", "As the system has it", this.#otherSpeaker()),
      keySwitch(this.#how.shortcuts),
      el(
        "div",
        { class: "settings-more" },
        button("List of keys", "", this.#how.onKeys),
        button("Statistics", "", this.#how.onStatistics),
      ),
    );
  }

  /** Firefox lists a loudspeaker only once it was chosen in its own dialog. */
  #otherSpeaker() {
    if (!devices.canAskForSpeaker()) {
      return "";
    }
    const ask = async () => {
      const deviceId = await devices.askForSpeaker();
      if (deviceId !== null) {
        await this.#choose("speaker", deviceId);
      }
    };
    return button("Choose a loudspeaker", "button-link", ask);
  }

  async #refresh() {
    // A browser that will not tell has none to choose from.
    this.#listed = await devices.listDevices().catch(() => this.#listed);
    this.#draw();
  }

  #draw = () => {
    const { own, me } = this.#meeting;
    this.#preview.show({ track: own.trackOf("video"), name: me?.name ?? "" });
    this.#meter.show(own.isMuted ? null : own.trackOf("audio"));
    for (const [kind, field] of Object.entries(this.#fields)) {
      const track = KINDS[kind] ? own.trackOf(KINDS[kind].label) : null;
      field.show({
        devices: this.#listed[`${kind}s`],
        deviceId: track?.getSettings().deviceId ?? this.#store.devices[kind] ?? null,
        problem: this.#problems[kind],
      });
    }
  };

  async #choose(kind, deviceId) {
    this.#store.devices = { ...this.#store.devices, [kind]: deviceId };
    this.#problems[kind] = "";
    this.#wanted[kind] = deviceId;
    try {
      await (kind === "speaker" ? this.#voices.chooseSpeaker(deviceId) : this.#use(kind, deviceId));
    } catch (error) {
      const words = kind === "speaker" ? "It cannot be used; choose another one." : wordsOf(error);
      this.#problems[kind] = words;
      this.#announce(words);
    }
    await this.#refresh();
  }

  /** One that is off is only remembered: it is opened when it is switched on. */
  async #use(kind, deviceId) {
    const { own } = this.#meeting;
    const { label, open: openDevice } = KINDS[kind];
    if (own.isPublished(label)) {
      const isWanted = () => this.#wanted[kind] === deviceId;
      await switchDevice(own, label, deviceId, { open: openDevice, isWanted });
    }
  }
}
