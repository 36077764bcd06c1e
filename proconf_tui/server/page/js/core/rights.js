/** In words, why one may not do something now: for buttons that are there but cannot be used. */

import { SOURCE_OF, mayProduce, maySendData, participantOf } from "./people.js";

const NEEDS = { audio: "a microphone", video: "a camera", screen: "a shared screen" };

/**
 * Return why one may not publish this, or an empty string if one may.
 * @param {?object} room the RoomState
 * @param {?string} meId
 * @param {"audio"|"video"|"screen"} label
 * @returns {string}
 */
export function whyNotProduce(room, meId, label) {
  if (mayProduce(room, meId, label)) {
    return "";
  }
  const own = participantOf(room, meId)?.permissions;
  const isOwnRight = own?.canProduce && own.canProduceSources[SOURCE_OF[label]];
  const who = isOwnRight ? "The moderators do not allow" : "Your role does not allow";
  return `${who} ${NEEDS[label]} now.`;
}

/**
 * Return why one may not react or write, or an empty string if one may.
 * @param {?object} room the RoomState
 * @param {?string} meId
 * @returns {string}
 */
export function whyNotSendData(room, meId) {
  if (maySendData(room, meId)) {
    return "";
  }
  const isOwnRight = participantOf(room, meId)?.permissions.canSendData;
  return `${isOwnRight ? "The moderators do" : "Your role does"} not allow it now.`;
}
