/** What can go wrong, by the codes of docs/errors.md, with one sentence each that says what to do. */

const WORDS = {
  ERROR: "Something went wrong; try again.",
  NOT_STARTED: "This meeting has not started; try again later.",
  ROOM_NOT_FOUND: "There is no such meeting (any more); check the invite link.",
  DENIED: "A moderator did not let you in.",
  BLOCKED: "A moderator has blocked you from this meeting.",
  BAD_PASSCODE: "The passcode is missing or wrong; ask the moderator for it.",
  KICKED: "A moderator removed you from the meeting.",
  FULL: "The meeting is full; try again when somebody has left.",
  PERMISSION_DENIED: "Your role or the meeting's rules do not allow that; ask a moderator.",
  PEER_NOT_FOUND: "That participant is not here (any more).",
  BAD_TOKEN: "This invite is wrong or has expired; ask for a new one.",
  INVALID_MESSAGE: "The page and the server do not understand each other; reload the page.",
  LIMIT_EXCEEDED: "That is more than the server accepts; slow down or send less.",
  UNREACHABLE: "The server does not answer; check your network and try again.",
  LOST: "The connection to the meeting was lost; join again.",
  DEVICE_UNAVAILABLE: "The device cannot be used; choose another one.",
  STORE_FAILED: "The server cannot keep what happens in the meeting; try again later.",
};

const ENDS = {
  LEFT: "You have left the meeting.",
  STOPPED_WAITING: "You have stopped waiting.",
  CLOSED: "The meeting has ended.",
  EXPIRED: "The meeting's time is over.",
  KICKED: WORDS.KICKED,
  DENIED: WORDS.DENIED,
  FULL: WORDS.FULL,
  LOST: WORDS.LOST,
  ELSEWHERE: "This meeting was opened in another tab.",
};

const DEVICE_LOST = {
  audio: "Your microphone is gone; connect one, then unmute.",
  video: "Your camera is gone; connect one or choose another, then start it.",
  screen: "Your screen is shared no longer.",
};

/** Of these the server speaks to people at a terminal, where the page has other ways. */
const OWN_WORDS = new Set(["NOT_STARTED", "BAD_PASSCODE", "BAD_TOKEN", "ROOM_NOT_FOUND"]);

/** With what one who is not in yet is refused, by the reason of the server's last message. */
const REFUSALS = { CLOSED: "ROOM_NOT_FOUND", EXPIRED: "ROOM_NOT_FOUND", ELSEWHERE: "LOST" };

/** Every failure on purpose: a code to look at, and a sentence to read. */
export class ProconfError extends Error {
  /** When it makes sense to try again, if the server says so; seconds, or null. */
  retryAfterS = null;

  /**
   * @param {string} code one of docs/errors.md
   * @param {string} [message] one clean sentence; the code's own without it
   */
  constructor(code, message) {
    super(message || WORDS[code] || WORDS.ERROR);
    this.name = "ProconfError";
    this.code = code;
  }
}

/**
 * Return the server's refusal as an error with words that fit in this page.
 *
 * @param {string} code
 * @param {string} message clean
 * @returns {ProconfError}
 */
export function refusal(code, message) {
  return new ProconfError(code, OWN_WORDS.has(code) ? WORDS[code] : message);
}

/**
 * Return the sentence that a person reads of any error.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function wordsOf(error) {
  return error instanceof ProconfError ? error.message : WORDS.ERROR;
}

/**
 * Return how one's time in the meeting ended.
 *
 * @param {string} reason of the protocol's `closed`, or LEFT, or STOPPED_WAITING for who was not
 *   in yet, or ELSEWHERE for another tab
 * @param {string} [message] the server's words
 * @returns {{reason: string, message: string}}
 */
export function endOf(reason, message) {
  return { reason, message: message || ENDS[reason] || ENDS.LOST };
}

/**
 * Return how it ended by a failure: what to do then depends on what that was.
 *
 * @param {unknown} error
 * @returns {{reason: string, message: string}}
 */
export function endBy(error) {
  return endOf(error instanceof ProconfError ? error.code : "ERROR", wordsOf(error));
}

/**
 * Return the error for who was still waiting to be let in when it ended.
 *
 * @param {{reason: string, message: string}} end
 * @returns {ProconfError}
 */
export function refusalOf({ reason, message }) {
  return new ProconfError(REFUSALS[reason] ?? reason, message);
}

/**
 * Return what is told of a device that has ended by itself, like a notice of the server's.
 *
 * @param {"audio"|"video"|"screen"} label
 * @returns {{type: string, code: string, label: string, message: string}}
 */
export function deviceLost(label) {
  return { type: "Notice", code: "DEVICE_LOST", label, message: DEVICE_LOST[label] };
}
