/** What a reaction is: what everybody is shown for a moment, and what of others' is shown. */

import { REACTION_CHARACTERS } from "./limits.js";
import { isOneEmoji } from "./text.js";

/**
 * Return whether `text` can be a reaction.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isReaction(text) {
  return [...text].length <= REACTION_CHARACTERS && isOneEmoji(text);
}
