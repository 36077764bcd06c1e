/** What can be asked of a meeting in one request, beside sound and pictures; it keeps nothing. */

import { ProconfError } from "../core/failures.js";
import { CHAT_CHARACTERS } from "../core/limits.js";
import { isReaction } from "./passing.js";

const PERHAPS_SAID =
  "You were away for too long to know whether that was said; look in the chat, and say it again.";

/** Each of these rejects with the server's refusal, a ProconfError; LOST is no connection. */
export class Asking extends EventTarget {
  /**
   * Ask the server and return its answer.
   *
   * @abstract
   * @param {string} method of docs/protocol.md
   * @param {object} [params]
   * @returns {Promise<object>}
   */
  request(method, params) {
    throw new TypeError(`nobody to ask for ${method} with ${params}`);
  }

  /** Ask for the floor. */
  async raiseHand() {
    await this.request("raise-hand");
  }

  /** @param {string|null} [peerId] whose hand, as a moderator; one's own without it */
  async lowerHand(peerId = null) {
    await this.request("lower-hand", { peerId });
  }

  /** @param {string} peerId of one who waits */
  async admit(peerId) {
    await this.request("admit", { peerId });
  }

  /** Let in all who wait, as far as there is room. */
  async admitAll() {
    await this.request("admit-all");
  }

  /** @param {string} peerId of one who waits */
  async deny(peerId) {
    await this.request("deny", { peerId });
  }

  /**
   * @param {string} peerId
   * @param {boolean} [block] keep everybody of that identity out
   */
  async kick(peerId, block = false) {
    await this.request("kick", { peerId, block });
  }

  /** @param {string} identity that may come again */
  async unblock(identity) {
    await this.request("unblock", { identity });
  }

  /** @param {object} changes of the Controls, the named ones only */
  async updateControls(changes) {
    await this.request("update-controls", changes);
  }

  /** @param {boolean} [allowUnmute] false forbids the microphone too */
  async muteEveryone(allowUnmute = true) {
    await this.request("mute-everyone", { allowUnmute });
  }

  /**
   * @param {("audio"|"video"|"screen")[]} labels
   * @param {string[]|null} [peerIds] null is everybody but oneself
   */
  async closeStreams(labels, peerIds = null) {
    await this.request("close-streams", { labels, peerIds });
  }

  /**
   * @param {string} peerId
   * @param {"host"|"coHost"|"speaker"|"guest"|"listener"|"bot"} role
   */
  async updateRole(peerId, role) {
    await this.request("update-role", { peerId, role });
  }
}

/**
 * Say a line of chat. It outlives a lost connection: it is sent again, and said once.
 *
 * @param {object} line
 * @param {string} line.text
 * @param {string|null} line.to a peer id; null is everybody
 * @param {string} line.key that no other line of this peer has
 * @param {object} session
 * @param {(method: string, params: object) => Promise<object>} session.request
 * @param {() => Promise<void>} session.untilBack
 * @param {() => string|null} session.seatedAs
 * @throws {ProconfError} LOST: there is no way back to the same seat; LIMIT_EXCEEDED, …
 */
export async function say({ text, to, key }, { request, untilBack, seatedAs }) {
  if ([...text].length > CHAT_CHARACTERS) {
    throw new ProconfError(
      "LIMIT_EXCEEDED",
      `A message may have at most ${CHAT_CHARACTERS} characters; make it shorter.`,
    );
  }
  const saidAs = seatedAs();
  for (;;) {
    try {
      await request("send-chat", { text, to, key });
      return;
    } catch (error) {
      if (error.code !== "LOST") {
        throw error;
      }
    }
    await untilBack();
    if (seatedAs() !== saidAs) {
      // The room knows the lines of one peer apart, and this is another.
      throw new ProconfError("LOST", PERHAPS_SAID);
    }
  }
}

/**
 * Return the request that shows everybody one emoji.
 *
 * @param {string} emoji
 * @returns {{payload: string, label: string}} the params of `send-data`
 * @throws {ProconfError} CONFIG: it is not one emoji
 */
export function reactionOf(emoji) {
  if (!isReaction(emoji)) {
    throw new ProconfError("CONFIG", "A reaction is one emoji; choose one.");
  }
  return { payload: emoji, label: "reaction" };
}
