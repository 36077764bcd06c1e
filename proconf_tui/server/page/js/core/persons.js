/**
 * Everybody in the meeting as tiles and rows show them: what the room says of them, and what is
 * true for a moment only. It changes nothing and knows no DOM.
 */

import { cleanName } from "./text.js";
import { isLive, isModerator, isMuted, participantOf, people } from "./people.js";
import { SPEAKING_DBOV } from "./speaking.js";
import { volumeWords } from "./volumes.js";
import { nameOr, otherName } from "./words.js";

/**
 * @typedef {object} Person
 * @property {string} peerId
 * @property {string} name clean, never empty
 * @property {string} role
 * @property {boolean} isMe
 * @property {boolean} isModerator
 * @property {boolean} hasMicrophone whose sound is sent; who has none and is not muted sends none
 * @property {boolean} isMuted
 * @property {boolean} hasCamera
 * @property {boolean} hasScreen
 * @property {?number} handRaisedAt seconds since 1970
 * @property {boolean} isConnected
 * @property {boolean} isReceived one may see and hear them; oneself always
 * @property {boolean} isLoud heard right now
 * @property {boolean} isSpeaking heard now or a moment ago
 * @property {?number} levelDbov
 * @property {string} reaction an emoji or nothing
 * @property {number} volume how loud they are played here: 0 to 1, which is as they are sent
 * @property {number} joinedAt seconds since 1970
 */

/** @typedef {{hasMicrophone: boolean, isMuted: boolean, hasCamera: boolean, hasScreen: boolean}}
 *   Sent
 */

/**
 * @typedef {object} Passing what is true of people for a moment
 * @property {boolean} isAway one's own connection is broken
 * @property {Map<string, number>} levels dBov by peerId
 * @property {Set<string>} speaking peerIds
 * @property {Map<string, string>} qualities "good" or "lost" by peerId
 * @property {Map<string, string>} reactions an emoji by peerId
 * @property {function(string): number} [volumeOf] by peerId, see Person
 * @property {Sent} [own] what one sends oneself, which one knows before the room does
 */

/**
 * Return everybody: me, then raised hands by age, then the others as they came.
 * @param {?object} room the RoomState
 * @param {string} meId
 * @param {Passing} passing
 * @returns {Person[]}
 */
export function personsOf(room, meId, passing) {
  const isReceiving = mayConsume(room, meId);
  return people(room, meId).map((participant) => ({
    ...personOf(participant, meId, passing),
    isReceived: isReceiving || participant.peerId === meId,
  }));
}

/**
 * Return whether the meeting would be left without anybody who can moderate.
 * @param {Person[]} people
 * @returns {boolean}
 */
export function amLastModerator(people) {
  const moderators = people.filter((person) => person.isModerator);
  return moderators.length === 1 && moderators[0].isMe;
}

/**
 * Return who can be made moderator: no program can, nor somebody who is not there.
 * @param {Person[]} people
 * @returns {Person[]}
 */
export function heirs(people) {
  return people.filter((one) => !one.isMe && one.role !== "bot" && one.isConnected);
}

/**
 * Return what is to be said of somebody besides their name, for who cannot see it.
 * @param {Person} person
 * @returns {string} empty if there is nothing
 */
export function stateWords(person) {
  return [
    person.isMe && "you",
    person.isModerator && (person.role === "host" ? "host" : "moderator"),
    !person.isConnected && "reconnecting",
    person.isMuted && "muted",
    !person.isMuted && !person.hasMicrophone && "no microphone",
    person.volume < 1 && volumeWords(person.volume),
    person.handRaisedAt !== null && "hand raised",
    person.reaction && `reacts ${person.reaction}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function mayConsume(room, meId) {
  const own = participantOf(room, meId)?.permissions;
  return Boolean(own?.canConsume && (own.admin || room.controls.allowConsume));
}

function personOf(participant, meId, passing) {
  const { peerId } = participant;
  const isMe = peerId === meId;
  const isLost = isMe ? passing.isAway : passing.qualities.get(peerId) === "lost";
  const isConnected = participant.isConnected && !isLost;
  const sent = (isMe && passing.own) || sentBy(participant);
  const isHeard = sent.hasMicrophone && isConnected && !passing.isAway;
  const levelDbov = isHeard ? (passing.levels.get(peerId) ?? null) : null;
  const name = cleanName(participant.name);
  return {
    peerId,
    name: isMe ? nameOr(name) : otherName(name),
    role: participant.role,
    isMe,
    isModerator: isModerator(participant),
    ...sent,
    handRaisedAt: participant.handRaisedAt ?? null,
    isConnected,
    isLoud: levelDbov !== null && levelDbov > SPEAKING_DBOV,
    isSpeaking: isHeard && passing.speaking.has(peerId),
    levelDbov,
    reaction: passing.reactions.get(peerId) ?? "",
    volume: isMe ? 1 : (passing.volumeOf?.(peerId) ?? 1),
    joinedAt: participant.joinedAt,
  };
}

function sentBy(participant) {
  return {
    hasMicrophone: isLive(participant, "audio"),
    isMuted: isMuted(participant),
    hasCamera: isLive(participant, "video"),
    hasScreen: isLive(participant, "screen"),
  };
}
