/** What the chat shows: what was said, where some of it may be missing, and what still waits. */

import { CHAT_CHARACTERS } from "./limits.js";
import { otherName } from "./words.js";

const TOGETHER_S = 180;
const COUNTED_FROM = CHAT_CHARACTERS - 400;

/**
 * Return what the chat shows, oldest first.
 *
 * @param {{chat: object[], meId: string|null, nameOf: function(string): string,
 *   gaps?: {version: number}[], pending?: {key: string, text: string, toName: string|null}[]}}
 *   what `gaps` are where lines are missing: after that version
 * @returns {object[]} each with a `key` of its own and a `kind`: a "line" (`who`, `saidAt`, `text`,
 *   `isMine`, `isPrivate`, `toWho`, `isContinued`), a "gap", or a "pending" line
 */
export function chatRows({ chat, meId, nameOf, gaps = [], pending = [] }) {
  let missed = gaps.map(({ version }) => version);
  const rows = [];
  let before = null;
  for (const line of chat) {
    const later = missed.filter((version) => version >= line.version);
    if (later.length < missed.length) {
      missed = later;
      rows.push({ key: `gap-${line.version}`, kind: "gap" });
      before = null;
    }
    rows.push(rowOf(line, before, meId, nameOf));
    before = line;
  }
  if (missed.length) {
    rows.push({ key: "gap-end", kind: "gap" });
  }
  return [...rows, ...pending.map((line) => ({ ...line, kind: "pending" }))];
}

function rowOf(line, before, meId, nameOf) {
  const isMine = line.fromPeerId === meId;
  const isPrivate = line.to !== null;
  return {
    key: line.version,
    kind: "line",
    who: isMine ? "You" : otherName(line.fromName),
    toWho: !isPrivate ? null : isMine ? nameOf(line.to) : "you",
    text: line.text,
    saidAt: line.saidAt,
    isMine,
    isPrivate,
    isContinued: before !== null && goesOn(before, line),
  };
}

function goesOn(before, line) {
  const isSame = before.fromPeerId === line.fromPeerId && before.to === line.to;
  return isSame && line.saidAt - before.saidAt < TOGETHER_S;
}

/**
 * Return the lines of others that are newer than the last one read.
 *
 * @param {object[]} chat
 * @param {number} readVersion
 * @param {string|null} meId
 * @returns {object[]}
 */
export function unreadLines(chat, readVersion, meId) {
  return chat.filter((line) => line.version > readVersion && line.fromPeerId !== meId);
}

/**
 * Return how much room is left, in words, near the end of it; empty before.
 *
 * @param {string} text as it will be sent
 * @returns {{isTooLong: boolean, words: string}}
 */
export function roomLeft(text) {
  const characters = [...text].length;
  const left = CHAT_CHARACTERS - characters;
  if (left < 0) {
    return { isTooLong: true, words: `${-left} characters too long; shorten it.` };
  }
  return { isTooLong: false, words: characters > COUNTED_FROM ? `${left} characters left` : "" };
}

/**
 * Return what the box holds when a refused line comes back into it.
 *
 * @param {string} refused
 * @param {string} written meanwhile
 * @returns {string}
 */
export function givenBack(refused, written) {
  return written.trim() ? `${refused}\n${written}` : refused;
}
