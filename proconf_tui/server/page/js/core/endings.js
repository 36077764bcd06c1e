/**
 * How one's time in a meeting ended: a heading, a sentence that says more than that, and whether
 * it makes sense to join again. And why one waits.
 */

import { ProconfError, endOf } from "./failures.js";

const AGAIN = true;

const ENDINGS = {
  LEFT: ["You have left the meeting", "You can join again for as long as it goes on.", AGAIN],
  STOPPED_WAITING: ["You have stopped waiting", "You can ask to come in again.", AGAIN],
  CLOSED: ["The meeting has ended", "It is over for everybody."],
  EXPIRED: ["The meeting's time is over", "It was made to last so long, and ended for everybody."],
  KICKED: [
    "You were removed from the meeting",
    "A moderator did that, and your link is good no longer; ask them for another one.",
  ],
  DENIED: ["You were not let in", "A moderator decided so; ask them if that was a mistake."],
  BLOCKED: ["You may not come in", "A moderator has blocked you from this meeting."],
  FULL: ["The meeting is full", "Try again when somebody has left.", AGAIN],
  LOST: ["The connection was lost", "Check your network, then join again.", AGAIN],
  ELSEWHERE: [
    "You are in this meeting in another tab",
    "Go on there, or join again to go on here.",
    AGAIN,
  ],
  UNREACHABLE: ["The server does not answer", "Check your network, then try again.", AGAIN],
  LIMIT_EXCEEDED: ["Too many are coming in just now", "Try again in a minute.", AGAIN],
  ROOM_NOT_FOUND: ["There is no such meeting", "It may be over; check the invite link."],
  NO_MEETING_NAMED: [
    "This link names no meeting",
    "Open the whole invite link as you were given it; /j/ and the meeting's name are in it.",
  ],
  BAD_TOKEN: ["This invite cannot be used", "It is wrong or has expired; ask for a new one."],
  NOT_STARTED: ["The meeting has not started", "Try again later.", AGAIN],
};

/** After a removal that blocked nobody, for who gets another token with the link. */
const REMOVED = "A moderator did that; you may ask to come in again.";

/** Sentences of the server's that say no more than the heading, besides those of failures.js. */
const SAYS_NO_MORE = new Set(["The meeting is over.", "The meeting has ended."]);

/**
 * Return what the last page of a meeting says.
 *
 * @param {{reason: string, message?: string, hasInvite?: boolean}} end `reason` of the protocol's
 *   `closed`, or the code of an error; `hasInvite` if the link gives a new token each time
 * @returns {{heading: string, text: string, canJoinAgain: boolean}}
 */
export function ending({ reason, message = "", hasInvite = false }) {
  const isPlain = isUsual(reason, message);
  if (reason === "KICKED" && isPlain && hasInvite) {
    return { heading: ENDINGS.KICKED[0], text: REMOVED, canJoinAgain: true };
  }
  const [heading, text, canJoinAgain = false] = ENDINGS[reason] ?? [
    "The meeting cannot be joined",
    message,
    AGAIN,
  ];
  return { heading, text: isPlain ? text : message, canJoinAgain };
}

/** What is usual says what the heading says; who is blocked as well is told so in other words. */
function isUsual(reason, message) {
  const usual = [endOf(reason).message, new ProconfError(reason).message, ""];
  return usual.includes(message) || SAYS_NO_MORE.has(message);
}

const WAITING = {
  WAITING_FOR_PERMISSIONS: [
    "Waiting to be let in",
    "A moderator has been told that you are here and will let you in.",
  ],
  WAITING_FOR_ROOM_TO_START: [
    "Waiting for the meeting to start",
    "You will come in, or be asked for, as soon as its moderator starts it.",
  ],
  WAITING_FOR_ADMIN_TO_JOIN: [
    "Waiting for a moderator",
    "No moderator is in the meeting yet; one has to come before you can be let in.",
  ],
  WAITING_FOR_OTHERS: [
    "Many are coming in just now",
    "The server takes a few at a time; your turn comes by itself.",
  ],
};

/**
 * Return why one waits.
 *
 * @param {{reason: string, message: string}|null} waiting
 * @returns {{heading: string, text: string}}
 */
export function whyWaiting(waiting) {
  const [heading, text] = WAITING[waiting?.reason] ?? ["Waiting", waiting?.message ?? ""];
  return { heading, text };
}

/**
 * Return when something is tried again, in words.
 *
 * @param {number} delayMs from now
 * @returns {string}
 */
export function tryingAgain(delayMs) {
  return delayMs > 0 ? `Trying again in ${Math.ceil(delayMs / 1000)} s` : "Trying again…";
}
