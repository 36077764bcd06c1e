/**
 * A token that stays good: asked for anew halfway to its end, however long the meeting lasts, as
 * proconf_tui/sdk/renewal.py. It is needed only by who comes back after the seat was given up.
 */

import { halfLeftS } from "../core/tokens.js";

const RETRY_S = 5;

export class Renewal {
  #platform;
  #cancel = null;

  /** @param {import("../net/platform.js").Platform} platform */
  constructor(platform) {
    this.#platform = platform;
  }

  /**
   * Renew the token of `link` in time, for as long as this is not stopped; once is enough.
   *
   * @param {import("../net/link.js").Link} link
   * @param {() => void} onRenewed
   */
  start(link, onRenewed) {
    // Later tokens are new, and their whole life is left, whatever this machine's clock says.
    this.#cancel ?? this.#wait(halfLeftS(link.token, this.#platform.epochS()), link, onRenewed);
  }

  /** Renew it no more. */
  stop() {
    this.#cancel?.();
    this.#cancel = () => {};
  }

  #wait(dueS, link, onRenewed) {
    this.#cancel = this.#platform.after(dueS * 1000, () => this.#renew(link, onRenewed));
  }

  async #renew(link, onRenewed) {
    const cancelled = this.#cancel;
    let dueS = RETRY_S;
    try {
      const { token } = await link.request("refresh-token", { token: link.token });
      link.renew(token);
      onRenewed();
      dueS = halfLeftS(token, null);
    } catch {
      // It is asked for again soon, be it only that there was no connection.
    }
    if (this.#cancel === cancelled) {
      this.#wait(dueS, link, onRenewed);
    }
  }
}
