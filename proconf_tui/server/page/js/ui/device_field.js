/** The choice of one device, and in words beside it what is wrong with it. */

import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { button } from "./parts.js";

/** A labelled list of devices, perhaps with a switch; it opens nothing itself. */
export class DeviceField {
  #label;
  #select;
  #switch = null;
  #switchWord = el("span", { attrs: { "aria-hidden": "true" } });
  #words = el("span", { class: "note-words", attrs: { id: uniqueId("problem") } });
  #problem;
  #drawn = "";
  #none;

  /**
   * @param {{label: string, onChoose: function(string): void, onSwitch?: function(boolean): void,
   *   onRetry?: function(): void, none?: string}} how without `onSwitch` there is no switch, and
   *   without `onRetry` no way to try the same device again; `none` stands for an empty list
   * @param {...Node} children what stands below the list
   */
  constructor({ label, onChoose, onSwitch, onRetry, none = "None available" }, ...children) {
    this.#label = label;
    this.#none = none;
    const id = uniqueId("device");
    this.#select = el("select", {
      class: "select",
      attrs: { id, "aria-describedby": this.#words.id },
      on: { change: () => onChoose(this.#select.value) },
    });
    this.#problem = el(
      "div",
      { class: "note", attrs: { hidden: true } },
      icon("alert"),
      this.#words,
      onRetry && retryButton(label, onRetry),
    );
    const head = el(
      "div",
      { class: "field-head" },
      el("label", { class: "label", text: label, attrs: { for: id } }),
      onSwitch && this.#switchOf(label, onSwitch),
    );
    this.element = el("div", { class: "field" }, head, this.#select, ...children, this.#problem);
  }

  /**
   * @param {{devices: {deviceId: string, name: string}[], deviceId: string|null,
   *   isOn?: boolean, problem?: string}} what a device that is shown although it is not among them
   *   was chosen, and is gone
   */
  show({ devices, deviceId, isOn = true, problem = "" }) {
    this.#list(devices, deviceId, problem !== "");
    const isNone = devices.length === 0;
    this.#select.disabled = isNone;
    if (this.#switch) {
      this.#switch.checked = isOn && !(isNone && problem);
      this.#switch.disabled = isNone && problem !== "";
      setText(this.#switchWord, this.#switch.checked ? "on" : "off");
    }
    setText(this.#words, problem);
    show(this.#problem, problem !== "");
    setAttribute(this.#select, "aria-invalid", problem ? "true" : null);
  }

  /** The browser tells of no `change` where the only device seems to be chosen already. */
  #list(devices, deviceId, hasProblem) {
    const isThere = devices.some((device) => device.deviceId === deviceId);
    const isGone = hasProblem && Boolean(deviceId) && !isThere;
    const shown = devices.length
      ? [...(isGone ? [{ deviceId, name: "Not connected" }] : []), ...devices]
      : [{ deviceId: "", name: this.#none }];
    const drawn = JSON.stringify(shown.map((each) => [each.deviceId, each.name]));
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#select.replaceChildren(...shown.map((each, index) => this.#option(each, index)));
    }
    const chosen = isThere || isGone ? deviceId : (devices[0]?.deviceId ?? "");
    if (this.#select.value !== chosen) {
      this.#select.value = chosen;
    }
  }

  #option({ deviceId, name }, index) {
    // Unnamed until the browser may use one of the kind.
    const text = name || `${this.#label} ${index + 1}`;
    return el("option", { text, attrs: { value: deviceId } });
  }

  #switchOf(label, onSwitch) {
    this.#switch = el("input", {
      attrs: { type: "checkbox", role: "switch" },
      on: { change: () => onSwitch(this.#switch.checked) },
    });
    const name = el("span", { class: "visually-hidden", text: `${label} on` });
    return el("label", { class: "switch" }, this.#switch, name, this.#switchWord);
  }
}

function retryButton(label, onRetry) {
  const again = button("Try again", "button-link", onRetry);
  again.setAttribute("aria-label", `Try again: ${label}`);
  return again;
}
