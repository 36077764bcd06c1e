/**
 * Tells this site's other tabs whose seat is taken here: a duplicated tab has the same key to it.
 * The server closes the older connection in any case; so the older tab knows why.
 */

const CHANNEL = "proconf-seats";

export class OtherTabs {
  #channel = null;

  /** @param {(peerId: string) => void} onTaken another tab has taken this seat */
  constructor(onTaken) {
    if (globalThis.BroadcastChannel !== undefined) {
      this.#channel = new BroadcastChannel(CHANNEL);
      this.#channel.onmessage = ({ data }) => onTaken(String(data));
    }
  }

  /** @param {string} peerId whose seat this tab takes now */
  take(peerId) {
    this.#channel?.postMessage(peerId);
  }

  /** Listen no longer. */
  close() {
    this.#channel?.close();
    this.#channel = null;
  }
}
