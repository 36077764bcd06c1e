/** Devices during the meeting, one's own picture, and how well the streams get through. */

import { wordsOf } from "../core/failures.js";
import { participantOf } from "../core/people.js";
import { statisticsLines } from "../core/statistics_lines.js";
import * as devices from "../media/devices.js";
import { SeatStore } from "../net/seat_store.js";
import { DeviceField } from "./device_field.js";
import { open } from "./dialogs.js";
import { el, reconcile, setText, show } from "./dom.js";
import { Meter } from "./meter.js";
import { Preview } from "./preview.js";

const LOOK_EVERY_MS = 1_000;

const KINDS = {
  camera: { label: "video", open: devices.openCamera },
  microphone: { label: "audio", open: devices.openMicrophone },
};

/** Opens once; frees what it opened for itself when it closes. */
export class SettingsDialog {
  #meeting;
  #announce;
  #voices;
  #store = new SeatStore();
  #preview = new Preview();
  #meter = new Meter();
  #fields = {};
  #problems = { camera: "", microphone: "", speaker: "" };
  #wanted = {};
  #listed = { cameras: [], microphones: [], speakers: [] };
  #lines = new Map();
  #list = el("dl", { class: "statistics" });
  #nothing = el("p", { class: "quiet", text: "Nothing is sent or received yet." });
  #timer;
  #unwatch;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{announce: function, voices?: import("./voices.js").Voices|null}} how without `voices`
   *   no loudspeaker is offered
   */
  constructor(meeting, { announce, voices = null }) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#voices = voices;
  }

  /** Show it; resolves when it is closed. */
  async open() {
    const dialog = open(this.#body(), { title: "Settings", class: "settings" });
    this.#meeting.addEventListener("change", this.#draw);
    this.#unwatch = devices.watchDevices(() => this.#refresh());
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#refresh();
    this.#look();
    await dialog.closed;
    this.#close();
  }

  #close() {
    clearInterval(this.#timer);
    this.#unwatch();
    this.#meeting.removeEventListener("change", this.#draw);
    this.#preview.close();
    this.#meter.close();
  }

  #body() {
    const field = (kind, label, ...children) => {
      const onChoose = (deviceId) => this.#choose(kind, deviceId);
      this.#fields[kind] = new DeviceField({ label, onChoose }, ...children);
      return this.#fields[kind].element;
    };
    return el(
      "div",
      { class: "settings-body" },
      this.#preview.element,
      field("microphone", "Microphone", this.#meter.element),
      field("camera", "Camera"),
      this.#voices?.canChooseSpeaker && field("speaker", "Loudspeaker"),
      el("h3", { text: "Statistics" }),
      this.#nothing,
      this.#list,
    );
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
    const { label, open: openDevice } = KINDS[kind];
    if (!this.#meeting.own.isPublished(label)) {
      return;
    }
    const track = await openDevice(deviceId);
    if (this.#wanted[kind] === deviceId) {
      await this.#meeting.own.replace(label, track);
    } else {
      track.stop();
    }
  }

  async #look() {
    // While the connections are made anew there is nothing to tell.
    const stats = await this.#meeting.media?.stats().catch(() => null);
    const { room, own } = this.#meeting;
    const sending = (stats?.sending ?? []).filter(({ label }) => own.isPublished(label));
    const nameOf = (peerId) => participantOf(room, peerId)?.name ?? "";
    const lines = statisticsLines({ sending, receiving: stats?.receiving ?? [] }, nameOf);
    reconcile(this.#list, this.#lines, lines, {
      key: ({ key }) => key,
      create: ({ name }) =>
        el("div", {}, el("dt", {}, el("bdi", { text: name })), el("dd", { class: "quiet" })),
      update: (element, { text }) => setText(element.lastElementChild, text),
    });
    show(this.#nothing, lines.length === 0);
  }
}
