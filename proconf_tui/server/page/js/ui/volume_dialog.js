/** How loud somebody is played for oneself alone, as a slider. */

import { percentOf } from "../core/volumes.js";
import { open } from "./dialogs.js";
import { el, setAttribute, setText, uniqueId } from "./dom.js";

const EVERY_PERCENT = 10;
const ALL_OR_NOTHING = 100;
const ONLY_YOU = "Only you hear the difference.";
const CANNOT_FADE = "This browser can silence somebody, but not play them more quietly.";

/**
 * Open it.
 * @param {{peerId: string, name: string}} person
 * @param {import("./voices.js").Voices} voices
 */
export function openVolume({ peerId, name }, { volumes, canFade }) {
  const input = el("input", {
    class: "slider",
    attrs: {
      id: uniqueId("volume"),
      type: "range",
      min: 0,
      max: 100,
      step: canFade ? EVERY_PERCENT : ALL_OR_NOTHING,
      "aria-label": `Volume of ${name}`,
    },
  });
  const shown = el("output", { class: "slider-value", attrs: { for: input.id } });
  const show = () => {
    const words = percentOf(volumes.of(peerId));
    setText(shown, words);
    setAttribute(input, "aria-valuetext", words);
  };
  input.value = volumes.of(peerId) * 100;
  input.addEventListener("input", () => {
    volumes.set(peerId, input.valueAsNumber / 100);
    show();
  });
  show();
  const hint = el("p", { class: "quiet", text: canFade ? ONLY_YOU : `${ONLY_YOU} ${CANNOT_FADE}` });
  const body = el("div", { class: "volume" }, el("div", { class: "volume-row" }, input, shown), hint);
  open(body, { title: `Volume of ${name}`, class: "dialog-small" });
  input.focus();
}
