/** After the meeting, or instead of it: what happened, why, and a way back where there is one. */

import { ending } from "../core/endings.js";
import { Card } from "./card.js";
import { el } from "./dom.js";
import { button } from "./parts.js";

/** Says it once. */
export class Ended extends Card {
  /**
   * @param {{reason: string, message: string, roomId: string|null, hasInvite: boolean,
   *   onJoinAgain: function(): void}} how `hasInvite` if the link gives a new token each time
   */
  constructor({ reason, message, roomId, hasInvite, onJoinAgain }) {
    const { heading, text, canJoinAgain } = ending({ reason, message, hasInvite });
    super(
      { roomId, heading },
      el("p", { text, attrs: { dir: "auto" } }),
      canJoinAgain
        ? button("Join again", "button-primary", onJoinAgain)
        : el("p", { class: "quiet", text: "You can close this page." }),
    );
  }
}
