/** The dialogs that keys and buttons of the meeting open. */

import { isModerator } from "../core/people.js";
import { openControls } from "./controls_dialog.js";
import { openHelp } from "./help_dialog.js";
import { openInvite } from "./invite_dialog.js";
import { SettingsDialog } from "./settings_dialog.js";
import { openStatistics } from "./statistics_dialog.js";

export class MeetingDialogs {
  #meeting;
  #how;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {object} how
   * @param {function(string, object=): void} how.announce
   * @param {?import("./voices.js").Voices} how.voices
   * @param {import("../net/seat_store.js").SeatStore} how.store
   * @param {?import("../core/invite.js").Link} how.invite null where one has none to pass on
   * @param {import("./moderation.js").Moderation} how.moderation
   * @param {function(string): ?string} how.nameOfIdentity
   * @param {function(): import("./shortcuts.js").Shortcuts} how.shortcuts
   */
  constructor(meeting, how) {
    this.#meeting = meeting;
    this.#how = how;
  }

  /** @returns {boolean} whether one has a link to pass on */
  get hasInvite() {
    return this.#how.invite !== null;
  }

  openControls = () => {
    openControls(this.#meeting, this.#how.moderation, this.#how.nameOfIdentity);
  };

  openHelp = () => {
    openHelp({
      isModerator: isModerator(this.#meeting.me),
      shortcuts: this.#how.shortcuts(),
    });
  };

  openInvite = () => {
    const { invite, announce } = this.#how;
    if (invite) {
      openInvite(invite, this.#meeting.roomId);
    } else {
      announce("Your link is yours alone; ask the host for an invite.", { isUrgent: true });
    }
  };

  openSettings = () => {
    const { announce, voices, store, shortcuts } = this.#how;
    const { openStatistics: onStatistics, openHelp: onKeys } = this;
    const how = { announce, voices, store, shortcuts: shortcuts(), onStatistics, onKeys };
    new SettingsDialog(this.#meeting, how).open();
  };

  openStatistics = () => {
    openStatistics(this.#meeting);
  };
}
