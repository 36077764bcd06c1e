/**
 * Before the meeting: one's name, picture, loudness and devices. Nothing of the devices keeps one
 * from joining; what the server wants besides (a passcode, patience) is asked for when it says so.
 */

import { NAME_CELLS } from "../core/limits.js";
import { cleanName } from "../core/text.js";
import { listed } from "../core/words.js";
import { DeviceField } from "./device_field.js";
import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { Meter } from "./meter.js";
import { button, field } from "./parts.js";
import { Preview } from "./preview.js";

/** The form; it opens devices by its Equipment and joins by `onJoin`. */
export class Prejoin {
  #equipment;
  #environment;
  #preview = new Preview();
  #meter = new Meter();
  #shared = el("p", { class: "quiet" });
  #join = el("button", { class: "button button-primary", text: "Join" });
  #name;
  #nameWords = el("p", { class: "field-words", attrs: { id: uniqueId("name-words") } });
  #isNamed;
  #passcode;
  #passcodeField;
  #camera;
  #microphone;
  #words = el("span", { attrs: { id: uniqueId("why") } });
  #problem = el("p", { class: "note note-bad", attrs: { role: "alert" } });
  #wait = button("Wait for it to start");
  #isBusy = false;

  /**
   * @param {{roomId: string, name: string, isNamed: boolean,
   *   equipment: import("./equipment.js").Equipment,
   *   environment: {code: string|null, text: string},
   *   onJoin: function({name: string, passcode: string|null, waits: boolean}): void}} how
   *   `isNamed` is for a name that one's token gives, which nothing changes; `environment` is what
   *   environmentProblem() of media/devices.js says; `waits` for a meeting that is not there yet
   */
  constructor({ roomId, name, isNamed, equipment, environment, onJoin }) {
    this.#equipment = equipment;
    this.#environment = environment;
    this.#isNamed = isNamed;
    this.#makeFields(name, isNamed);
    this.element = this.#page(roomId, onJoin);
    equipment.addEventListener("change", this.#draw);
    this.#draw();
  }

  /** Put the focus where one begins: on the name, or on the button for who has one. */
  focus() {
    const hasName = cleanName(this.#name.value) !== "";
    (hasName ? this.#join : this.#name).focus({ preventScroll: true });
  }

  /** @param {boolean} isBusy whether joining is under way */
  set busy(isBusy) {
    this.#isBusy = isBusy;
    if (isBusy) {
      this.say("");
    }
    this.#draw();
  }

  /**
   * Say why one did not come in.
   * @param {string} words empty to say nothing
   */
  say(words) {
    setText(this.#words, words);
    show(this.#problem, words !== "");
    show(this.#wait, false);
  }

  /** Say that there is no such meeting, and offer to wait until there is. */
  offerToWait() {
    this.say("There is no such meeting now. Check the invite link, or wait for it to start.");
    show(this.#wait, true);
  }

  /**
   * Ask for the passcode.
   * @param {boolean} isWrong whether one was given
   */
  askPasscode(isWrong) {
    show(this.#passcodeField, true);
    const what = isWrong ? "That passcode is wrong" : "This meeting has a passcode";
    this.say(`${what}; ask the moderator for it.`);
    setAttribute(this.#passcode, "aria-invalid", isWrong ? "true" : null);
    this.#passcode.focus();
    this.#passcode.select();
  }

  close() {
    this.#equipment.removeEventListener("change", this.#draw);
    this.#preview.close();
    this.#meter.close();
  }

  #makeFields(name, isNamed) {
    this.#name = el("input", {
      class: "input",
      attrs: { id: uniqueId("name"), autocomplete: "nickname", dir: "auto" },
      props: {
        value: name,
        readOnly: isNamed,
        maxLength: NAME_CELLS,
        placeholder: "How others see you",
        enterKeyHint: "go",
      },
      on: { input: () => this.#named() },
    });
    this.#name.required = !isNamed;
    this.#passcode = el("input", {
      class: "input",
      attrs: {
        id: uniqueId("passcode"),
        autocomplete: "off",
        "aria-describedby": this.#words.id,
      },
      props: { type: "password", spellcheck: false, enterKeyHint: "go" },
    });
    this.#passcodeField = field("Passcode", this.#passcode);
    this.#passcodeField.hidden = true;
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

  #page(roomId, onJoin) {
    this.#problem.append(icon("alert"), this.#words);
    this.say("");
    const submit = (event) => {
      event.preventDefault();
      this.#submit(onJoin);
    };
    this.#wait.addEventListener("click", () => this.#submit(onJoin, { waits: true }));
    const name = field("Your name", this.#name);
    name.append(this.#nameWords);
    this.#sayOfName("");
    const form = el(
      "form",
      { class: "prejoin-form", on: { submit }, props: { noValidate: true } },
      name,
      this.#passcodeField,
      this.#environment.code
        ? environmentNote(this.#environment)
        : el("div", { class: "prejoin-devices" }, this.#microphone.element, this.#camera.element),
      this.#shared,
      el("div", { class: "prejoin-end" }, this.#problem, this.#wait, this.#join),
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

  #submit(onJoin, { waits = false } = {}) {
    if (this.#isBusy || this.#isNameMissing()) {
      return;
    }
    const passcode = this.#passcodeField.hidden ? null : this.#passcode.value;
    onJoin({ name: cleanName(this.#name.value), passcode, waits });
  }

  #isNameMissing() {
    const isMissing = !this.#isNamed && cleanName(this.#name.value) === "";
    if (isMissing) {
      this.#sayOfName("A name is needed: it is how the others know who you are.");
      this.#name.focus();
    }
    return isMissing;
  }

  #named() {
    if (cleanName(this.#name.value) !== "") {
      this.#sayOfName("");
    }
    this.#draw();
  }

  #sayOfName(words) {
    setText(this.#nameWords, words);
    show(this.#nameWords, words !== "");
    setAttribute(this.#name, "aria-invalid", words ? "true" : null);
    setAttribute(this.#name, "aria-describedby", words ? this.#nameWords.id : null);
  }

  #draw = () => {
    const camera = this.#equipment.of("camera");
    const microphone = this.#equipment.of("microphone");
    this.#preview.show({ ...camera, name: cleanName(this.#name.value) });
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
  const what = ["your name"];
  if (microphone.track) {
    what.push("your microphone");
  }
  if (camera.track) {
    what.push("your camera");
  }
  return `Others will get ${listed(what)}.`;
}
