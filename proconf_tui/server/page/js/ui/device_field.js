/** The choice of one device, and in words beside it what is wrong with it. */

import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { button } from "./parts.js";

/** A labelled list of devices, perhaps with a switch; it opens nothing itself. */
export class DeviceField {
  #label;
  #select;
  #switch = null;
  #words = el("span", { class: "note-words", attrs: { id: uniqueId("problem") } });
  #problem;
  #drawn = "";

  /**
   * @param {{label: string, onChoose: function(string): void,
   *   onSwitch?: function(boolean): void, onRetry?: function(): void}} how without `onSwitch` there
   *   is no switch, and without `onRetry` no way to try the same device again
   * @param {...Node} children what stands below the list
   */
  constructor({ label, onChoose, onSwitch, onRetry }, ...children) {
    this.#label = label;
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
   *   isOn?: boolean, problem?: string}} what
   */
  show({ devices, deviceId, isOn = true, problem = "" }) {
    this.#list(devices, deviceId);
    this.#select.disabled = devices.length === 0;
    if (this.#switch) {
      this.#switch.checked = isOn;
    }
    setText(this.#words, problem);
    show(this.#problem, problem !== "");
    setAttribute(this.#select, "aria-invalid", problem ? "true" : null);
  }

  #list(devices, deviceId) {
    const shown = devices.length ? devices : [{ deviceId: "", name: "None available" }];
    const drawn = JSON.stringify(shown.map((each) => [each.deviceId, each.name]));
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#select.replaceChildren(...shown.map((each, index) => this.#option(each, index)));
    }
    const isThere = devices.some((device) => device.deviceId === deviceId);
    const chosen = isThere ? deviceId : (devices[0]?.deviceId ?? "");
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
    const name = el("span", { class: "visually-hidden", text: `${label} ` });
    return el("label", { class: "switch" }, this.#switch, el("span", {}, name, "on"));
  }
}

function retryButton(label, onRetry) {
  const again = button("Try again", "button-link", onRetry);
  again.setAttribute("aria-label", `Try again: ${label}`);
  return again;
}
