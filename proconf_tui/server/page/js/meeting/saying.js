/** What is said to everybody: lines of chat, which outlive a lost connection, and reactions. */

import { ProconfError } from "../core/failures.js";
import { CHAT_CHARACTERS } from "../core/limits.js";
import { isReaction } from "../core/reactions.js";

const PERHAPS_SAID =
  "You were away for too long to know whether that was said; look in the chat, and say it again.";

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
