/** Notices that the system, or a switch on it, silences one's microphone. */

import { SilencedWatch } from "../core/silenced.js";

const SILENCED_HINT =
  "Your microphone is switched off in the system or on the device: nobody hears you";

export class SilencedHint {
  #own;
  #announce;
  #watch = new SilencedWatch();

  /**
   * @param {import("../meeting/own_streams.js").OwnStreams} own
   * @param {function(string, object=): void} announce
   */
  constructor(own, announce) {
    this.#own = own;
    this.#announce = announce;
  }

  /** Look; to be called at least every second. */
  update() {
    const track = this.#own.isMuted ? null : this.#own.trackOf("audio");
    const isSilenced = track?.readyState === "live" && track.muted;
    if (this.#watch.feed(isSilenced, performance.now())) {
      this.#announce(SILENCED_HINT, { isUrgent: true });
    }
  }
}
