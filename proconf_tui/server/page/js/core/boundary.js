/**
 * What every message passes before anybody looks at it: ids are checked, text is cleaned, once.
 *
 * A message is walked by the names of its fields, as in proconf_tui/protocol/boundary.py; what is
 * neither shown nor logged (SDP, tokens, keys) is left alone.
 */

import { ProconfError } from "./failures.js";
import { JSON_DEPTH } from "./limits.js";
import { clean, cleanLines, cleanName } from "./text.js";

const PEER_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;
const ROOM_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Where metadata begin, however deep they lie: whoever may send them must not spoil a snapshot. */
const OUTERMOST = 1;

const asItIs = (text) => text;
const peerId = only(PEER_ID);

const RULES = new Map(
  Object.entries({
    peerId,
    peerIds: peerId,
    fromPeerId: peerId,
    to: peerId,
    by: peerId,
    activeSpeakers: peerId,
    dominantSpeaker: peerId,
    roomId: only(ROOM_ID),
    name: cleanName,
    fromName: cleanName,
    text: cleanLines,
    payload: cleanLines,
    metadata: cleanLines,
    sdp: asItIs,
    token: asItIs,
    resumeKey: asItIs,
    key: asItIs,
  }),
);

/**
 * Return a copy of a message with every text in it clean, its keys too.
 *
 * @param {*} message plain JSON
 * @returns {*}
 * @throws {ProconfError} INVALID_MESSAGE: an id is none, or it is nested too deep
 */
export function cleanMessage(message) {
  return walk(message, clean, 0);
}

/**
 * Return whether `text` can name a room.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isRoomId(text) {
  return ROOM_ID.test(text);
}

function walk(value, rule, depth) {
  if (typeof value === "string") {
    return rule(value);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (depth > JSON_DEPTH) {
    throw new ProconfError("INVALID_MESSAGE");
  }
  if (Array.isArray(value)) {
    return value.map((item) => walk(item, rule, depth + 1));
  }
  // Not by assignment, to which the key __proto__ means something else.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      clean(key),
      walk(item, ruleOf(key, rule), isMetadata(key, rule) ? OUTERMOST : depth + 1),
    ]),
  );
}

/** Metadata are what somebody else made up: no name of a field means anything in there. */
function ruleOf(key, around) {
  return around === cleanLines ? cleanLines : (RULES.get(key) ?? clean);
}

function isMetadata(key, around) {
  return key === "metadata" && around !== cleanLines;
}

function only(pattern) {
  return (text) => {
    if (!pattern.test(text)) {
      throw new ProconfError("INVALID_MESSAGE");
    }
    return text;
  };
}
