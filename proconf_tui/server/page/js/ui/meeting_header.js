/** The line at the top: room, lock, how many are in, since when one is in oneself. */

import { clean } from "../core/text.js";
import { duration } from "../core/words.js";
import { el, setText, show } from "./dom.js";
import { icon } from "./icons.js";

export class MeetingHeader {
  #meeting;
  #lock;
  #count = el("span", { class: "quiet" });
  #time = el("span", { class: "quiet meeting-time", attrs: { role: "timer" } });

  /** @param {import("../meeting/meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.#meeting = meeting;
    this.#lock = el(
      "span",
      { class: "meeting-lock" },
      icon("lock"),
      el("span", { class: "visually-hidden", text: "The room is locked" }),
    );
    this.element = el(
      "header",
      { class: "meeting-head" },
      el("h1", { text: clean(meeting.roomId) }),
      this.#lock,
      this.#count,
      this.#time,
    );
  }

  /** Show how it is now. */
  update() {
    const { room, me } = this.#meeting;
    const count = Object.keys(room?.participants ?? {}).length;
    setText(this.#count, `${count} in`);
    show(this.#lock, room?.controls.roomLocked ?? false);
    if (me) {
      setText(this.#time, duration(Date.now() / 1000 - me.joinedAt));
    }
  }
}
