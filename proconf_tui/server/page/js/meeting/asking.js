/** What can be asked of a meeting in one request, beside sound and pictures; it keeps nothing. */

/** Each of these rejects with the server's refusal, a ProconfError; LOST is no connection. */
export class Asking {
  #request;

  /** @param {(method: string, params?: object) => Promise<object>} request */
  constructor(request) {
    this.#request = request;
  }

  /** Ask for the floor. */
  async raiseHand() {
    await this.#request("raise-hand");
  }

  /** @param {string|null} [peerId] whose hand, as a moderator; one's own without it */
  async lowerHand(peerId = null) {
    await this.#request("lower-hand", { peerId });
  }

  /** @param {string} peerId of one who waits */
  async admit(peerId) {
    await this.#request("admit", { peerId });
  }

  /** Let in all who wait, as far as there is room. */
  async admitAll() {
    await this.#request("admit-all");
  }

  /** @param {string} peerId of one who waits */
  async deny(peerId) {
    await this.#request("deny", { peerId });
  }

  /**
   * @param {string} peerId
   * @param {boolean} [block] keep everybody of that identity out
   */
  async kick(peerId, block = false) {
    await this.#request("kick", { peerId, block });
  }

  /** @param {string} identity that may come again */
  async unblock(identity) {
    await this.#request("unblock", { identity });
  }

  /** @param {object} changes of the Controls, the named ones only */
  async updateControls(changes) {
    await this.#request("update-controls", changes);
  }

  /** @param {boolean} [allowUnmute] false forbids the microphone too */
  async muteEveryone(allowUnmute = true) {
    await this.#request("mute-everyone", { allowUnmute });
  }

  /**
   * @param {("audio"|"video"|"screen")[]} labels
   * @param {string[]|null} [peerIds] null is everybody but oneself
   */
  async closeStreams(labels, peerIds = null) {
    await this.#request("close-streams", { labels, peerIds });
  }

  /**
   * @param {string} peerId
   * @param {"host"|"coHost"|"speaker"|"guest"|"listener"|"bot"} role
   */
  async updateRole(peerId, role) {
    await this.#request("update-role", { peerId, role });
  }
}
