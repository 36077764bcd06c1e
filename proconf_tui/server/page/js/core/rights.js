/** What one may do oneself, and in words why not: for buttons that are there but cannot be used. */

import { isModerator } from "./people.js";

const SOURCES = { audio: "mic", video: "cam", screen: "screen" };
const NEEDS = { audio: "the microphone", video: "the camera", screen: "a shared screen" };

/**
 * Return why one may not publish this, or an empty string if one may.
 * @param {?object} room the RoomState
 * @param {string} meId
 * @param {"audio"|"video"|"screen"} label
 * @returns {string}
 */
export function whyNotProduce(room, meId, label) {
  const me = room?.participants[meId];
  if (!me) {
    return "You are not in the meeting.";
  }
  const source = SOURCES[label];
  const { canProduce, canProduceSources } = me.permissions;
  if (!(canProduce && canProduceSources[source])) {
    return `Your role does not allow ${NEEDS[label]}.`;
  }
  const { allowProduce, allowProduceSources } = room.controls;
  const isAllowed = isModerator(me) || (allowProduce && allowProduceSources[source]);
  return isAllowed ? "" : `The moderators do not allow ${NEEDS[label]} now.`;
}

/**
 * Return why one may not react or write, or an empty string if one may.
 * @param {?object} room the RoomState
 * @param {string} meId
 * @returns {string}
 */
export function whyNotSendData(room, meId) {
  const me = room?.participants[meId];
  if (!me?.permissions.canSendData) {
    return "Your role does not allow it.";
  }
  const isAllowed = isModerator(me) || room.controls.allowSendData;
  return isAllowed ? "" : "The moderators do not allow it now.";
}
