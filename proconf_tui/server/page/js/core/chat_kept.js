/** How much of the chat a room keeps: the last lines of each conversation, as in room/chat.py. */

import {
  CHAT_CHARACTERS_KEPT,
  CHAT_LINES_KEPT,
  PRIVATE_CHARACTERS_KEPT,
  PRIVATE_LINES_KEPT,
} from "./limits.js";

/**
 * Return `lines` and `line`, without what its conversation no longer keeps.
 *
 * @param {object[]} lines
 * @param {object} line
 * @returns {object[]}
 */
export function withLine(lines, line) {
  const isPublic = line.to === null;
  const room = isPublic
    ? new Room(CHAT_LINES_KEPT, CHAT_CHARACTERS_KEPT)
    : new Room(PRIVATE_LINES_KEPT, PRIVATE_CHARACTERS_KEPT);
  const conversation = conversationOf(line);
  return newestFirst([...lines, line], (each) =>
    conversationOf(each) === conversation ? room.takes(each) : true,
  );
}

/**
 * Return `lines` with no more than the last private ones said with those who have left.
 *
 * @param {object[]} lines
 * @param {(peerId: string) => boolean} isPresent
 * @returns {object[]}
 */
export function withoutTheGone(lines, isPresent) {
  const rooms = new Map();
  const takes = (reader, line) => {
    if (!rooms.has(reader)) {
      rooms.set(reader, new Room(PRIVATE_LINES_KEPT, PRIVATE_CHARACTERS_KEPT));
    }
    return rooms.get(reader).takes(line);
  };
  return newestFirst(lines, (line) => {
    if (line.to === null) {
      return true;
    }
    const ends = new Set([line.fromPeerId, line.to]);
    const readers = [...ends].filter(isPresent);
    return readers.length === 2 || readers.some((reader) => takes(reader, line));
  });
}

/** How much may still be kept. */
class Room {
  #lines;
  #characters;

  constructor(lines, characters) {
    this.#lines = lines;
    this.#characters = characters;
  }

  /** Count `line`; return whether there was room for it. */
  takes(line) {
    this.#lines -= 1;
    this.#characters -= [...line.text].length;
    return this.#lines >= 0 && this.#characters >= 0;
  }
}

function newestFirst(lines, isKept) {
  return [...lines].reverse().filter(isKept).reverse();
}

function conversationOf(line) {
  return line.to === null ? "" : [line.fromPeerId, line.to].sort().join(" ");
}
