/** After a reload: the seat is kept for a moment, and this page takes it again. */

import { Card } from "./card.js";
import { el } from "./dom.js";

/** Says so. */
export class ComingBack extends Card {
  /** @param {{roomId: string}} how */
  constructor({ roomId }) {
    super(
      { roomId, heading: "Coming back…" },
      el("p", { class: "quiet", text: "Your place in the meeting is kept for half a minute." }),
    );
  }
}
