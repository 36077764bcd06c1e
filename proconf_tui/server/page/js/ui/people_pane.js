/** Everybody in the meeting, one row each, with what moderators may do to all. */

import { percentOf, volumeWords } from "../core/volumes.js";
import { avatarNumber } from "../core/avatar.js";
import { initials } from "../core/words.js";
import { el, reconcile, setAttribute, setText, show } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { attachMenu } from "./menu.js";
import { button } from "./parts.js";

const ROLES = {
  host: "Host",
  coHost: "Moderator",
  speaker: "Speaker",
  listener: "Listener",
  bot: "Bot",
};

export class PeoplePane {
  #itemsFor;
  #rows = new Map();
  #elements = new Map();
  #list = el("ul", { class: "people", attrs: { role: "list", "aria-label": "Participants" } });
  #moderators;
  #lock;
  #invite;

  /**
   * @param {import("./moderation.js").Moderation} moderation
   * @param {object} how
   * @param {import("./meeting_dialogs.js").MeetingDialogs} how.dialogs
   * @param {function(import("../core/persons.js").Person): import("./menu.js").Item[]} how.itemsFor
   *   what one may do about somebody
   */
  constructor(moderation, { dialogs, itemsFor }) {
    this.#itemsFor = itemsFor;
    this.#invite = button("Invite", "button-small people-invite", dialogs.openInvite);
    show(this.#invite, dialogs.hasInvite);
    this.#lock = button("Lock room", "button-small", () => moderation.toggleLock());
    this.#moderators = el(
      "div",
      { class: "people-actions", attrs: { role: "group", "aria-label": "Moderation" } },
      button("Mute everyone", "button-small", () => moderation.muteEveryone()),
      this.#lock,
      button("Room controls", "button-small", dialogs.openControls),
      button("End meeting", "button-small button-bad", () => moderation.end()),
    );
    this.title = el("h2", { text: "People" });
    this.lobbyPlace = el("div");
    this.element = el(
      "div",
      { class: "pane-body" },
      this.lobbyPlace,
      this.#invite,
      this.#moderators,
      this.#list,
    );
  }

  /**
   * Show these people; who is here already keeps their row.
   * @param {import("../core/persons.js").Person[]} people
   * @param {{amModerator: boolean, isLocked: boolean}} standing
   */
  update(people, { amModerator, isLocked }) {
    setText(this.title, `People (${people.length})`);
    show(this.#moderators, amModerator);
    setText(this.#lock, isLocked ? "Unlock room" : "Lock room");
    const rows = this.#rows;
    reconcile(this.#list, this.#elements, people, {
      key: ({ peerId }) => peerId,
      create: (person) => {
        const row = new Row(person, this.#itemsFor);
        rows.set(person.peerId, row);
        return row.element;
      },
      update: (_, person) => rows.get(person.peerId).update(person),
    });
    for (const gone of [...rows.keys()].filter((peerId) => !this.#elements.has(peerId))) {
      rows.delete(gone);
    }
  }
}

class Row {
  #person;
  #initials = el("span");
  #name = el("span", { class: "person-name" });
  #you = el("span", { class: "person-you", text: " (you)" });
  #role = el("span", { class: "person-role" });
  #reaction = el("span", { class: "person-reaction", attrs: { "aria-hidden": "true" } });
  #volume = el("span", { class: "person-volume", attrs: { "aria-hidden": "true" } });
  #hand = sign("hand", "person-hand");
  #microphone = sign("microphone", "");
  #camera = sign("camera", "");
  #screen = sign("screen", "person-screen");
  #state = el("span", { class: "visually-hidden" });
  #actions;

  constructor(person, itemsFor) {
    this.#person = person;
    this.#actions = el(
      "button",
      { class: "button button-quiet button-icon person-actions", attrs: { type: "button" } },
      icon("more"),
    );
    attachMenu(this.#actions, () => itemsFor(this.#person), { label: "Actions" });
    const face = el(
      "span",
      { class: `avatar avatar-${avatarNumber(person.peerId)}`, attrs: { "aria-hidden": "true" } },
      this.#initials,
    );
    const called = el("span", { class: "person-called" }, this.#name, this.#you);
    const who = el("span", { class: "person-who" }, called, this.#role);
    const { signs } = this;
    this.element = el(
      "li",
      { class: "person", attrs: { "data-peer-id": person.peerId } },
      face,
      who,
      this.#state,
      ...signs,
      this.#actions,
    );
  }

  get signs() {
    return [
      this.#reaction,
      this.#volume,
      this.#hand,
      this.#screen,
      this.#microphone,
      this.#camera,
    ];
  }

  update(person) {
    this.#person = person;
    setText(this.#initials, initials(person.name));
    setText(this.#name, person.name);
    show(this.#you, person.isMe);
    setText(this.#role, person.isConnected ? (ROLES[person.role] ?? "") : "Reconnecting…");
    setText(this.#reaction, person.reaction);
    this.element.classList.toggle("is-away", !person.isConnected);
    this.element.classList.toggle("is-speaking", person.isSpeaking);
    setText(this.#volume, person.volume < 1 ? percentOf(person.volume) : "");
    show(this.#hand, person.handRaisedAt !== null);
    show(this.#screen, person.hasScreen);
    setSign(this.#microphone, "microphone", person.hasMicrophone);
    setSign(this.#camera, "camera", person.hasCamera);
    setText(this.#state, words(person));
    show(this.#actions, !person.isMe);
    setAttribute(this.#actions, "aria-label", `Actions for ${person.name}`);
  }
}

function words(person) {
  return [
    person.hasMicrophone ? "microphone on" : person.isMuted ? "muted" : "no microphone",
    person.hasCamera ? "camera on" : "camera off",
    person.hasScreen && "shares a screen",
    person.volume < 1 && volumeWords(person.volume),
    person.handRaisedAt !== null && "hand raised",
  ]
    .filter(Boolean)
    .join(", ");
}

function sign(name, className) {
  const classes = `sign ${className}`.trim();
  return el("span", { class: classes, attrs: { "aria-hidden": "true" } }, icon(name));
}

function setSign(element, name, isOn) {
  setIcon(element.firstElementChild, isOn ? name : `${name}-off`);
  element.classList.toggle("is-off", !isOn);
}
