/**
 * The room's controls as switches, and who is blocked. They show what is so in the room, whoever
 * changed it: a switch asks, and moves when the room has changed.
 */

import { isModerator, isSuspended } from "../core/people.js";
import { clean } from "../core/text.js";
import { open } from "./dialogs.js";
import { el, reconcile, setAttribute, setText, show } from "./dom.js";
import { BLOCK_HOLDS } from "./moderation.js";
import { button } from "./parts.js";

const SWITCHES = [
  {
    label: "Lock: who comes has to be let in",
    isOn: (controls) => controls.roomLocked,
    change: (roomLocked) => ({ roomLocked }),
  },
  {
    label: "Publish, and of that:",
    isOn: (controls) => controls.allowProduce,
    change: (allowProduce) => ({ allowProduce }),
  },
  source("Microphone", "mic"),
  source("Camera", "cam"),
  source("Screen", "screen"),
  {
    label: "Receive: see and hear others",
    isOn: (controls) => controls.allowConsume,
    change: (allowConsume) => ({ allowConsume }),
  },
  {
    label: "Send data: chat and reactions",
    isOn: (controls) => controls.allowSendData,
    change: (allowSendData) => ({ allowSendData }),
  },
];

/**
 * Open it; it closes by itself for who is no moderator any more.
 * @param {import("../meeting/meeting.js").Meeting} meeting
 * @param {import("./moderation.js").Moderation} moderation
 * @param {function(string): ?string} nameOfIdentity what they were called; null if that is not known
 */
export function openControls(meeting, moderation, nameOfIdentity) {
  const inputs = SWITCHES.map((one) => switchOf(one, meeting, moderation));
  const blocked = new Blocked(moderation, nameOfIdentity);
  const suspend = button("", "controls-suspend", () => moderation.toggleSuspended());
  const body = el(
    "div",
    { class: "controls" },
    el("p", { class: "quiet", text: "What everybody may do who is no moderator." }),
    ...inputs.map(({ element }) => element),
    suspend,
    blocked.element,
  );
  const update = () => {
    if (!isModerator(meeting.me)) {
      dialog.close();
      return;
    }
    inputs.forEach(({ update: show }) => show(meeting.room.controls));
    const isOff = isSuspended(meeting.room.controls);
    setText(suspend, isOff ? "Resume the meeting" : "Suspend the meeting");
    blocked.update(meeting.room.blocked);
  };
  const dialog = open(body, {
    title: "Room controls",
    onClose: () => meeting.removeEventListener("change", update),
  });
  meeting.addEventListener("change", update);
  update();
}

function source(label, name) {
  // Only the one that changes is named: a list of all would undo what somebody else does just now.
  return {
    label,
    isPart: true,
    isOn: ({ allowProduceSources }) => allowProduceSources[name],
    change: (isOn) => ({ allowProduceSources: { [name]: isOn } }),
  };
}

function switchOf({ label, isPart, isOn, change }, meeting, moderation) {
  const input = el("input", { attrs: { type: "checkbox", role: "switch" } });
  input.addEventListener("change", () => {
    const wanted = input.checked;
    input.checked = isOn(meeting.room.controls);
    moderation.updateControls(change(wanted));
  });
  const className = isPart ? "switch controls-part" : "switch";
  return {
    element: el("label", { class: className }, input, label),
    update: (controls) => {
      input.checked = isOn(controls);
      input.disabled = Boolean(isPart) && !controls.allowProduce;
    },
  };
}

class Blocked {
  #moderation;
  #nameOf;
  #rows = new Map();
  #list = el("ul", { attrs: { role: "list", "aria-label": "Blocked" } });

  constructor(moderation, nameOf) {
    this.#moderation = moderation;
    this.#nameOf = nameOf;
    this.element = el(
      "section",
      { class: "blocked" },
      el("h3", { text: "Blocked" }),
      el("p", { class: "quiet", text: BLOCK_HOLDS }),
      this.#list,
    );
  }

  update(identities) {
    show(this.element, identities.length > 0);
    reconcile(this.#list, this.#rows, identities, {
      key: (identity) => identity,
      create: (identity) => this.#row(identity),
      update: (row, identity) => this.#show(row, identity),
    });
  }

  #show(row, identity) {
    const [who, unblock] = row.children;
    const [name, sign] = who.children;
    const known = this.#nameOf(identity);
    setText(name, known ?? "Somebody who was here before you");
    setText(sign, clean(identity));
    setAttribute(unblock, "aria-label", `Unblock ${known ?? clean(identity)}`);
  }

  #row(identity) {
    const who = el(
      "span",
      { class: "person-who" },
      el("span", { class: "person-name" }),
      el("span", { class: "person-role" }),
    );
    const unblock = button("Unblock", "button-small", () => this.#moderation.unblock(identity));
    return el("li", { class: "knocker" }, who, unblock);
  }
}
