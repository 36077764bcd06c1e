/** One's own picture, as in a mirror; a letter stands for who has no camera on. */

import { initials } from "../core/words.js";
import { el, setText, show } from "./dom.js";
import { icon } from "./icons.js";

/** A tile of its own; it ends no tracks. */
export class Preview {
  #video = el("video", {
    attrs: { playsinline: true, "aria-hidden": "true" },
    props: { muted: true, autoplay: true, disablePictureInPicture: true },
  });
  #initials = el("span", { class: "preview-initials" });
  #off = el("span", { class: "preview-off" }, icon("camera-off"), "Camera off");
  #shown = null;

  element = el("div", { class: "preview" }, this.#video, this.#initials, this.#off);

  /**
   * @param {{track: MediaStreamTrack|null, name: string, isOpening?: boolean}} what
   */
  show({ track, name, isOpening = false }) {
    if (track !== this.#shown) {
      this.#shown = track;
      this.#video.srcObject = track ? new MediaStream([track]) : null;
    }
    show(this.#video, track !== null);
    show(this.#initials, track === null);
    show(this.#off, track === null && !isOpening);
    setText(this.#initials, name.trim() ? initials(name) : "");
    this.element.setAttribute("aria-label", track ? "Your camera's picture" : "Camera off");
    this.element.setAttribute("role", "img");
  }

  close() {
    this.#video.srcObject = null;
  }
}
