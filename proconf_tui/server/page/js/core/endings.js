/** How one's time in a meeting ended: a heading, and whether it makes sense to join again. */

const ENDINGS = {
  LEFT: ["You have left the meeting", true],
  CLOSED: ["The meeting has ended", false],
  EXPIRED: ["The meeting's time is over", false],
  KICKED: ["You were removed from the meeting", false],
  DENIED: ["You were not let in", false],
  BLOCKED: ["You may not come in", false],
  FULL: ["The meeting is full", true],
  LOST: ["The connection was lost", true],
  ELSEWHERE: ["You are in this meeting in another tab", true],
  UNREACHABLE: ["The server does not answer", true],
  LIMIT_EXCEEDED: ["Too many attempts", true],
  ROOM_NOT_FOUND: ["There is no such meeting", false],
  BAD_TOKEN: ["This invite cannot be used", false],
  NOT_STARTED: ["The meeting has not started", true],
};

/**
 * Return how the last page of a meeting begins.
 *
 * @param {string} reason of the protocol's `closed`, or the code of an error
 * @returns {{heading: string, canJoinAgain: boolean}}
 */
export function ending(reason) {
  const [heading, canJoinAgain] = ENDINGS[reason] ?? ["The meeting cannot be joined", true];
  return { heading, canJoinAgain };
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
