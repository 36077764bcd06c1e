/**
 * What happened, in words: events of the room become lines that are announced, or nothing where it
 * is shown elsewhere. Names are looked up by whoever calls.
 */

import { DEVICES } from "./labels.js";
import { listed } from "./words.js";

/**
 * @typedef {object} Line
 * @property {string} text
 * @property {boolean} [isUrgent] it is about oneself, or somebody waits for an answer
 * @property {boolean} [isShown] worth a notice that everybody sees
 */

const STOPPED_BY = {
  MODERATOR: "by a moderator",
  CONTROLS: "by the room's controls",
  PERMISSIONS: "with the change of role",
};
const LEFT = {
  LEFT: "left",
  KICKED: "was removed by a moderator",
  LOST: "lost the connection",
  CLOSED: "left",
};
const JOINED_NAMED = 3;
const ROLES = { host: "the host", coHost: "a moderator" };

/**
 * Return the line that tells of an event, or null if none does.
 * @param {object} event as it came, with its `type`
 * @param {{nameOf: function(string): string, meId: string, controls: ?object}} context the
 *   controls are those before the event
 * @returns {?Line}
 */
export function tell(event, context) {
  return HANDLERS[event.type]?.(event, context) ?? null;
}

/** What is different in the controls now; null if nothing is. */
function tellControls(before, now) {
  const [allowed, allowedNow] = [allowedBy(before), allowedBy(now)];
  const forbidden = Object.keys(allowed).filter((what) => allowed[what] && !allowedNow[what]);
  const returned = Object.keys(allowed).filter((what) => allowedNow[what] && !allowed[what]);
  const parts = [
    now.roomLocked !== before.roomLocked &&
      (now.roomLocked ? "the room is locked" : "the room is open"),
    forbidden.length && `only moderators may ${listed(forbidden)}`,
    returned.length && `everybody may ${listed(returned)} again`,
  ].filter(Boolean);
  if (!parts.length) {
    return null;
  }
  const text = parts.join("; ");
  return { text: text[0].toUpperCase() + text.slice(1), isShown: true };
}

/**
 * Return the sentence of who joined, so that a crowd that comes in is not read out one by one.
 * @param {string[]} names at least one
 * @returns {string}
 */
export function joinedTogether(names) {
  const rest = names.length - JOINED_NAMED;
  const told = rest > 1 ? [...names.slice(0, JOINED_NAMED), `${rest} others`] : names;
  return `${listed(told)} joined`;
}

function allowedBy(controls) {
  const none = { mic: false, cam: false, screen: false };
  const sources = controls.allowProduce ? controls.allowProduceSources : none;
  return {
    "use the microphone": sources.mic,
    "use the camera": sources.cam,
    "share a screen": sources.screen,
    "see and hear others": controls.allowConsume,
    "write in the chat": controls.allowSendData,
  };
}

function left({ peerId, reason }, { nameOf }) {
  return { text: `${nameOf(peerId)} ${LEFT[reason] ?? "left"}` };
}

function knocked({ waiting }, { nameOf }) {
  const text = `${nameOf(waiting.peerId)} asks to be let in`;
  return { text, isUrgent: true };
}

function roleUpdated({ peerId, role }, { nameOf, meId }) {
  const words = ROLES[role] ?? `a ${role}`;
  return peerId === meId
    ? { text: `You are now ${words}`, isUrgent: true }
    : { text: `${nameOf(peerId)} is now ${words}` };
}

function handRaised({ peerId }, { nameOf, meId }) {
  return peerId === meId ? null : { text: `${nameOf(peerId)} raised a hand`, isShown: true };
}

function handLowered({ peerId, by }, { meId }) {
  const isByAnother = peerId === meId && by && by !== meId;
  return isByAnother ? { text: "A moderator lowered your hand", isUrgent: true } : null;
}

function streamAdded({ peerId, label }, { nameOf, meId }) {
  const isTold = label === "screen" && peerId !== meId;
  return isTold ? { text: `${nameOf(peerId)} shares a screen`, isShown: true } : null;
}

function streamClosed(event, { nameOf, meId }) {
  const by = STOPPED_BY[event.reason];
  const what = DEVICES[event.label];
  if (!by) {
    const isScreen = event.label === "screen" && event.peerId !== meId;
    return isScreen ? { text: `${nameOf(event.peerId)} stopped sharing` } : null;
  }
  if (event.peerId !== meId) {
    return { text: `${nameOf(event.peerId)}'s ${what} was stopped ${by}` };
  }
  const again = event.label === "audio" ? "You are muted: your" : "Your";
  return { text: `${again} ${what} was stopped ${by}`, isUrgent: true };
}

function controlsUpdated({ controls }, context) {
  return context.controls ? tellControls(context.controls, controls) : null;
}

function disconnected({ peerId }, { nameOf, meId }) {
  return peerId === meId ? null : { text: `${nameOf(peerId)} is reconnecting` };
}

function reconnected({ peerId }, { nameOf, meId }) {
  return peerId === meId ? null : { text: `${nameOf(peerId)} is back` };
}

function notice({ message }) {
  return { text: message, isUrgent: true };
}

const HANDLERS = {
  PeerLeft: left,
  PeerKnocked: knocked,
  PeerDisconnected: disconnected,
  PeerReconnected: reconnected,
  RoleUpdated: roleUpdated,
  HandRaised: handRaised,
  HandLowered: handLowered,
  StreamAdded: streamAdded,
  StreamClosed: streamClosed,
  ControlsUpdated: controlsUpdated,
  Notice: notice,
};
