/**
 * Coming in: it makes the Meeting and tries it, by hand or by the seat of before. Why one did not
 * come in is said where one begins, unless another screen says it.
 */

import { wordsOf } from "../core/failures.js";
import { whyUnreachable } from "../net/http.js";

/** Where one begins is also said why one did not come in. */
const BEGINNINGS = new Set(["back", "prejoin"]);

const ASKED_AGAIN = "BAD_PASSCODE";

/** Holds one Meeting at a time. */
export class ComingIn {
  #makeMeeting;
  #screens;
  #showForm;
  #onChange;
  #meeting = null;

  /**
   * @param {object} how
   * @param {function(object|null): import("../meeting/meeting.js").Meeting} how.makeMeeting of the
   *   seat to be taken again, or null
   * @param {import("./screens.js").Screens} how.screens
   * @param {function(): import("./prejoin.js").Prejoin} how.showForm
   * @param {function(): void} how.onChange called when the meeting tells of a change
   */
  constructor({ makeMeeting, screens, showForm, onChange }) {
    this.#makeMeeting = makeMeeting;
    this.#screens = screens;
    this.#showForm = showForm;
    this.#onChange = onChange;
  }

  /** The meeting one is in, comes to, or was in; null before. */
  get meeting() {
    return this.#meeting;
  }

  /** Whether the form says why one did not come in, and no other screen need do it. */
  get isSaidInForm() {
    const isAskedAgain = this.#meeting?.ended?.reason === ASKED_AGAIN;
    return BEGINNINGS.has(this.#screens.name) || isAskedAgain;
  }

  /** Have nothing more to do with the meeting that was tried; its seat stays kept. */
  reset() {
    const before = this.#meeting;
    this.#meeting = null;
    before?.dispose();
  }

  /**
   * Take the seat that this tab had.
   * @param {import("../net/seat_store.js").KeptSeat} seat
   * @param {string} name
   * @returns {Promise<boolean>} whether one is in
   */
  comeBack(seat, name) {
    return this.#try(this.#newMeeting(seat), { name, passcode: null, waits: false });
  }

  /**
   * Ask to come in.
   * @param {{name: string, passcode: string|null, waits: boolean}} as
   * @returns {Promise<boolean>} whether one is in
   */
  join(as) {
    return this.#try(this.#meeting ?? this.#newMeeting(null), as);
  }

  async #try(meeting, as) {
    try {
      await meeting.connect(as);
      return true;
    } catch (error) {
      const why = error.code === "UNREACHABLE" ? await whyUnreachable(error) : error;
      if (meeting === this.#meeting) {
        this.#refused(why, as);
      }
      return false;
    }
  }

  #newMeeting(seat) {
    const meeting = this.#makeMeeting(seat);
    meeting.addEventListener("change", () => {
      if (meeting === this.#meeting) {
        this.#onChange();
      }
    });
    this.#meeting = meeting;
    return meeting;
  }

  /** Once another screen is shown, that says what happened; but a passcode is asked for here. */
  #refused(error, { passcode }) {
    if (!BEGINNINGS.has(this.#screens.name) && error.code !== ASKED_AGAIN) {
      return;
    }
    const form = this.#screens.name === "prejoin" ? this.#screens.shown : this.#showForm();
    const say = {
      BAD_PASSCODE: () => form.askPasscode(Boolean(passcode)),
      BAD_TOKEN: () => form.offerWithoutLink(wordsOf(error)),
      ROOM_NOT_FOUND: () => form.offerToWait(),
    };
    (say[error.code] ?? (() => form.say(wordsOf(error))))();
  }
}
