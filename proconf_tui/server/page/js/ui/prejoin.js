/**
 * Before the meeting: one's name, picture, loudness and devices. Nothing of the devices keeps one
 * from joining; what the server wants besides (a passcode, patience) is asked for when it says so.
 */

import { NAME_CELLS } from "../core/limits.js";
import { cleanName } from "../core/text.js";
import { listed } from "../core/words.js";
import { DeviceField } from "./device_field.js";
import { el, setAttribute, setText, show } from "./dom.js";
import { EntryField } from "./entry_field.js";
import { icon } from "./icons.js";
import { LoudnessBar } from "./loudness_bar.js";
import { button } from "./parts.js";
import { Preview } from "./preview.js";

/** The form; it opens devices by its Equipment and joins by `onJoin`. */
export class Prejoin {
  #equipment;
  #environment;
  #preview = new Preview();
  #meter = new LoudnessBar();
  #shared = el("p", { class: "quiet" });
  #join = el("button", { class: "button button-primary", text: "Join" });
  #name;
  #isNamed;
  #passcode;
  #camera;
  #microphone;
  #words = el("span");
  #problem = el("p", { class: "note note-bad", attrs: { role: "alert" } });
  #offer = button("");
  #onOffer = () => {};
  #onJoin;
  #onWithoutLink;
  #isBusy = false;

  /**
   * @param {{roomId: string, name: string, isNamed: boolean,
   *   equipment: import("./equipment.js").Equipment,
   *   environment: {code: string|null, text: string},
   *   onJoin: function({name: string, passcode: string|null, waits: boolean}): void,
   *   onWithoutLink: function(): void}} how `isNamed` is for a name that one's token gives, which
   *   nothing changes; `environment` is what environmentProblem() of media/devices.js says; `waits`
   *   for a meeting that is not there yet; `onWithoutLink` asks anew without what the link says
   */
  constructor({ roomId, name, isNamed, equipment, environment, onJoin, onWithoutLink }) {
    this.#onJoin = onJoin;
    this.#onWithoutLink = onWithoutLink;
    this.#equipment = equipment;
    this.#environment = environment;
    this.#isNamed = isNamed;
    this.#makeFields(name, isNamed);
    this.element = this.#page(roomId);
    equipment.addEventListener("change", this.#draw);
    this.#draw();
  }

  /** Put the focus where one begins: on the name, or on the button for who has one. */
  focus() {
    (this.#cleanName ? this.#join : this.#name.input).focus({ preventScroll: true });
  }

  /** @param {boolean} isBusy whether joining is under way */
  set busy(isBusy) {
    this.#isBusy = isBusy;
    if (isBusy) {
      this.say("");
      this.#passcode.say("");
    }
    this.#draw();
  }

  /**
   * Say why one did not come in.
   * @param {string} words empty to say nothing
   * @param {{label: string, run: function(): void}|null} [offer] a button below that
   */
  say(words, offer = null) {
    setText(this.#words, words);
    show(this.#problem, words !== "");
    show(this.#shared, words === "");
    show(this.#offer, offer !== null);
    setText(this.#offer, offer?.label ?? "");
    this.#onOffer = offer?.run ?? (() => {});
  }

  /** Say that there is no such meeting, and offer to wait until there is. */
  offerToWait() {
    const run = () => this.#submit({ waits: true });
    const words = "There is no such meeting now. Check the invite link, or wait for it to start.";
    this.say(words, { label: "Wait for it to start", run });
  }

  /**
   * Say that the link opens nothing, and offer to do without it: some servers let people ask.
   * @param {string} words
   */
  offerWithoutLink(words) {
    this.say(words, { label: "Ask to come in without it", run: this.#onWithoutLink });
  }

  /**
   * Ask for the passcode.
   * @param {boolean} isWrong whether one was given
   */
  askPasscode(isWrong) {
    show(this.#passcode.element, true);
    const what = isWrong ? "That passcode is wrong" : "This meeting has a passcode";
    this.#passcode.say(`${what}; ask the moderator for it.`, { isWrong });
    this.#passcode.input.focus();
    this.#passcode.input.select();
  }

  close() {
    this.#equipment.removeEventListener("change", this.#draw);
    this.#preview.close();
    this.#meter.close();
  }

  #makeFields(name, isNamed) {
    this.#name = new EntryField("Your name", {
      attrs: { autocomplete: "nickname", dir: "auto" },
      props: {
        value: name,
        readOnly: isNamed,
        required: !isNamed,
        maxLength: NAME_CELLS,
        placeholder: "How others see you",
        enterKeyHint: "go",
      },
      onInput: () => this.#named(),
    });
    this.#passcode = new EntryField("Passcode", {
      attrs: { autocomplete: "off" },
      props: { type: "password", spellcheck: false, enterKeyHint: "go" },
    });
    this.#passcode.element.hidden = true;
    this.#camera = this.#deviceField("camera", "Camera");
    this.#microphone = this.#deviceField("microphone", "Microphone", this.#meter.element);
  }

  #deviceField(kind, label, ...children) {
    return new DeviceField(
      {
        label,
        onChoose: (deviceId) => this.#equipment.choose(kind, deviceId),
        onSwitch: (isOn) => this.#equipment.setOn(kind, isOn),
        onRetry: () => this.#equipment.retry(kind),
      },
      ...children,
    );
  }

  #page(roomId) {
    this.#problem.append(icon("alert"), this.#words);
    this.say("");
    const submit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#offer.addEventListener("click", () => this.#onOffer());
    const said = el("div", { class: "prejoin-said" }, this.#problem, this.#shared);
    const form = el(
      "form",
      { class: "prejoin-form", on: { submit }, props: { noValidate: true } },
      this.#name.element,
      this.#passcode.element,
      this.#environment.code
        ? environmentNote(this.#environment)
        : el("div", { class: "prejoin-devices" }, this.#microphone.element, this.#camera.element),
      el("div", { class: "prejoin-end" }, said, this.#offer, this.#join),
    );
    return el(
      "main",
      { class: "screen prejoin" },
      el(
        "div",
        { class: "card prejoin-card" },
        el("h1", {}, el("span", { class: "quiet", text: "Join " }), el("bdi", { text: roomId })),
        el("div", { class: "prejoin-body" }, this.#preview.element, form),
      ),
    );
  }

  #submit({ waits = false } = {}) {
    if (this.#isBusy || this.#isNameMissing()) {
      return;
    }
    const { element, input } = this.#passcode;
    this.#onJoin({ name: this.#cleanName, passcode: element.hidden ? null : input.value, waits });
  }

  get #cleanName() {
    return cleanName(this.#name.input.value);
  }

  #isNameMissing() {
    const isMissing = !this.#isNamed && this.#cleanName === "";
    if (isMissing) {
      const words = "A name is needed: it is how the others know who you are.";
      this.#name.say(words, { isWrong: true });
      this.#name.input.focus();
    }
    return isMissing;
  }

  #named() {
    if (this.#name.input.value.length >= NAME_CELLS) {
      this.#name.say(`A name has ${NAME_CELLS} characters at most.`);
    } else if (this.#cleanName) {
      this.#name.say("");
    }
    this.#draw();
  }

  #draw = () => {
    const camera = this.#equipment.of("camera");
    const microphone = this.#equipment.of("microphone");
    this.#preview.show({ ...camera, name: this.#cleanName });
    this.#meter.show(microphone.track);
    const devices = (kind) => this.#equipment.listed(kind);
    this.#camera.show({ ...camera, devices: devices("camera") });
    this.#microphone.show({ ...microphone, devices: devices("microphone") });
    setText(this.#shared, shared(camera, microphone));
    setText(this.#join, this.#isBusy ? "Joining…" : "Join");
    setAttribute(this.#join, "aria-disabled", this.#isBusy ? "true" : null);
  };
}

function environmentNote({ text }) {
  return el("p", { class: "note" }, icon("info"), el("span", { text }));
}

function shared(camera, microphone) {
  const what = ["name"];
  if (microphone.track) {
    what.push("microphone");
  }
  if (camera.track) {
    what.push("camera");
  }
  return `Others will get your ${listed(what)}.`;
}
