/**
 * What moderators may do; the server decides, these only ask it, and first the person where it
 * cannot be undone. What is refused is said in words.
 */

import { wordsOf } from "../core/failures.js";
import { isSuspended } from "../core/people.js";
import { choose } from "./choose.js";
import * as dialogs from "./dialogs.js";
import { closeMenu } from "./menu.js";

/** What one should know of blocks, also of those there are. */
export const BLOCK_HOLDS =
  "A block holds for the browser or program somebody came with. Lock the room to keep out " +
  "everybody who is not let in.";

const MAY_UNMUTE = { value: "may", label: "Mute; they may unmute themselves" };
const STAY_MUTED = { value: "may not", label: "Mute; only moderators may speak" };
const SUSPEND = {
  title: "Suspend the meeting?",
  text:
    "Everybody's microphone, camera and screen stop, but moderators', and the room is locked. " +
    "Resume brings it back.",
  confirm: "Suspend",
  isDangerous: true,
};
const ALLOW_AGAIN = { value: "allow", label: "Let everyone use the microphone again" };

export class Moderation {
  #meeting;
  #announce;
  #confirm;
  #asking = new AbortController();
  #didModerate = false;
  #beforeSuspension = null;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{announce: function(string, object=): void, confirm?: function}}} how
   *   `confirm` of dialogs.js
   */
  constructor(meeting, { announce, confirm = dialogs.confirm }) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#confirm = (question) => confirm({ ...question, signal: this.#asking.signal });
  }

  /**
   * Ask oneself nothing more, and offer nothing, once one may not moderate any longer.
   * @param {boolean} amModerator now
   */
  follow(amModerator) {
    if (this.#didModerate && !amModerator) {
      this.#asking.abort();
      this.#asking = new AbortController();
      closeMenu();
    }
    this.#didModerate = amModerator;
  }

  /** @param {string} peerId of who waits */
  admit(peerId) {
    return this.#ask(() => this.#meeting.ask.admit(peerId));
  }

  /** Let everybody in. */
  admitAll() {
    return this.#ask(() => this.#meeting.ask.admitAll());
  }

  /** @param {string} peerId of who waits */
  deny(peerId) {
    return this.#ask(() => this.#meeting.ask.deny(peerId));
  }

  /** Let people wait to be admitted, or let them in. */
  toggleLock() {
    const { roomLocked } = this.#meeting.room.controls;
    return this.updateControls({ roomLocked: !roomLocked });
  }

  /** @param {object} changes of the controls */
  updateControls(changes) {
    return this.#ask(() => this.#meeting.ask.updateControls(changes));
  }

  /** @param {string} identity */
  unblock(identity) {
    return this.#ask(() => this.#meeting.ask.unblock(identity));
  }

  /**
   * @param {import("../core/persons.js").Person} person
   * @param {"audio"|"video"|"screen"} label
   */
  closeStream({ peerId }, label) {
    return this.#ask(() => this.#meeting.ask.closeStreams([label], [peerId]));
  }

  /** @param {import("../core/persons.js").Person} person */
  lowerHand({ peerId }) {
    return this.#ask(() => this.#meeting.ask.lowerHand(peerId));
  }

  /** @param {import("../core/persons.js").Person} person */
  toggleModerator({ peerId, isModerator }) {
    return this.#ask(() => this.#meeting.ask.updateRole(peerId, isModerator ? "guest" : "coHost"));
  }

  /** Ask, then stop all media and lock the room; or bring back what was before. */
  async toggleSuspended() {
    const { controls } = this.#meeting.room;
    if (isSuspended(controls)) {
      const { roomLocked } = this.#beforeSuspension ?? {};
      this.#beforeSuspension = null;
      // Where somebody else has suspended it, only they know whether it was open before.
      await this.updateControls({ allowProduce: true, ...(roomLocked === false && { roomLocked }) });
    } else if (await this.#confirm(SUSPEND)) {
      this.#beforeSuspension = controls;
      await this.updateControls({ roomLocked: true, allowProduce: false });
    }
  }

  /** Ask, then mute all who are no moderators. */
  async muteEveryone() {
    const isMicrophoneOff = !this.#meeting.room.controls.allowProduceSources.mic;
    const answer = await choose({
      title: "Mute everyone?",
      text: "Everybody but the moderators.",
      answers: [MAY_UNMUTE, STAY_MUTED, ...(isMicrophoneOff ? [ALLOW_AGAIN] : [])],
      signal: this.#asking.signal,
    });
    if (answer === "allow") {
      await this.updateControls({ allowProduceSources: { mic: true } });
    } else if (answer !== null) {
      await this.#ask(() => this.#meeting.ask.muteEveryone(answer === "may"));
    }
  }

  /**
   * Ask, then remove somebody.
   * @param {import("../core/persons.js").Person} person
   * @param {{isBlocking: boolean}} how
   */
  async remove({ peerId, name }, { isBlocking }) {
    const verb = isBlocking ? "Remove and block" : "Remove";
    const blocked = `They stay out until unblocked. ${BLOCK_HOLDS}`;
    const then = isBlocking ? blocked : "They may knock again.";
    const question = { title: `${verb} ${name}?`, text: then, confirm: verb, isDangerous: true };
    if (await this.#confirm(question)) {
      await this.#ask(() => this.#meeting.ask.kick(peerId, isBlocking));
    }
  }

  /** Ask, then end the meeting for everybody. */
  async end() {
    const question = {
      title: "End the meeting for everyone?",
      text: "Everybody is disconnected, and the meeting is over.",
      confirm: "End meeting",
      isDangerous: true,
    };
    if (await this.#confirm(question)) {
      await this.#ask(() => this.#meeting.endRoom());
    }
  }

  async #ask(request) {
    try {
      await request();
    } catch (error) {
      this.#announce(wordsOf(error), { isUrgent: true });
    }
  }
}
