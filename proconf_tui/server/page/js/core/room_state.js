/**
 * How a room's state follows from what happened: one small function for each event.
 *
 * The fold of proconf_tui/room/state.py on the same JSON. States are never changed, only followed
 * by others. It judges nothing, but an event about somebody who is not there is none of this room.
 */

import { withLine, withoutTheGone } from "./chat_kept.js";
import { ProconfError } from "./failures.js";

const HANDLERS = new Map(
  Object.entries({
    RoomCreated: created,
    RoomStarted: (state) => ({ ...state, isStarted: true }),
    RoomClosed: closed,
    ControlsUpdated: (state, { controls }) => ({ ...state, controls }),
    RoomMetadataUpdated: (state, { metadata }) => ({ ...state, metadata }),
    PeerKnocked: (state, { waiting }) => ({ ...state, lobby: put(state.lobby, waiting) }),
    LobbyLeft: (state, { peerId }) => ({ ...state, lobby: without(state.lobby, peerId) }),
    PeerJoined: joined,
    PeerLeft: left,
    PeerDisconnected: (state, { peerId }) => withConnection(state, peerId, false),
    PeerReconnected: (state, { peerId }) => withConnection(state, peerId, true),
    IdentityBlocked: (state, { identity }) => ({
      ...state,
      blocked: added(state.blocked, identity),
    }),
    IdentityUnblocked: (state, { identity }) => ({
      ...state,
      blocked: state.blocked.filter((each) => each !== identity),
    }),
    StreamAdded: (state, event) => withStream(state, event, false),
    StreamClosed: streamClosed,
    StreamPaused: (state, event) => withStream(state, event, true),
    StreamResumed: (state, event) => withStream(state, event, false),
    RoleUpdated: (state, { peerId, role, permissions }) =>
      withMember(state, peerId, { role, permissions }),
    PermissionsUpdated: (state, { peerId, permissions }) =>
      withMember(state, peerId, { permissions }),
    PeerMetadataUpdated: (state, { peerId, metadata }) => withMember(state, peerId, { metadata }),
    HandRaised: (state, { peerId, raisedAt }) =>
      withMember(state, peerId, { handRaisedAt: raisedAt }),
    HandLowered: (state, { peerId }) => withMember(state, peerId, { handRaisedAt: null }),
    ChatSaid: (state, { line }) => ({ ...state, chat: withLine(state.chat, line) }),
  }),
);

/**
 * Return the state after `event`, one version further.
 *
 * @param {object|null} state a RoomState of docs/protocol.md; null only before RoomCreated
 * @param {object} event with its `type`
 * @returns {object}
 * @throws {ProconfError} INVALID_MESSAGE: it cannot have happened in this room
 */
function fold(state, event) {
  const handler = HANDLERS.get(event.type);
  if (handler === undefined || (state === null && handler !== created)) {
    throw new ProconfError("INVALID_MESSAGE");
  }
  return { ...handler(state, event), version: (state?.version ?? 0) + 1 };
}

/**
 * Return a client's view after the events it was shown, at the room's `version`.
 *
 * @param {object} state
 * @param {object[]} events oldest first
 * @param {number} version
 * @returns {object}
 * @throws {ProconfError} INVALID_MESSAGE: they do not follow from what was shown before
 */
export function follow(state, events, version) {
  return { ...events.reduce(fold, state), version };
}

function created(_, event) {
  const { roomId, createdAt, controls, metadata, passcodeHash, maxPeers, expiresAt } = event;
  return {
    roomId,
    createdAt,
    isStarted: false,
    closed: null,
    closedAt: 0,
    controls,
    metadata,
    passcodeHash,
    maxPeers,
    expiresAt,
    participants: {},
    lobby: {},
    blocked: [],
    refusedTokens: [],
    chat: [],
  };
}

function closed(state, { reason, closedAt }) {
  return { ...state, closed: reason, closedAt, participants: {}, lobby: {}, chat: [] };
}

function joined(state, { participant }) {
  return {
    ...state,
    participants: put(state.participants, participant),
    lobby: without(state.lobby, participant.peerId),
  };
}

function left(state, { peerId, reason }) {
  const tokenId = has(state.participants, peerId) ? state.participants[peerId].tokenId : "";
  const participants = without(state.participants, peerId);
  return {
    ...state,
    participants,
    refusedTokens:
      tokenId && reason === "KICKED" ? added(state.refusedTokens, tokenId) : state.refusedTokens,
    chat: withoutTheGone(state.chat, (each) => has(participants, each)),
  };
}

function withConnection(state, peerId, isConnected) {
  if (!has(state.lobby, peerId)) {
    return withMember(state, peerId, { isConnected });
  }
  return { ...state, lobby: put(state.lobby, { ...state.lobby[peerId], isConnected }) };
}

function withStream(state, { peerId, label }, isPaused) {
  const streams = { ...member(state, peerId).streams, [label]: { isPaused } };
  return withMember(state, peerId, { streams });
}

function streamClosed(state, { peerId, label }) {
  return withMember(state, peerId, { streams: without(member(state, peerId).streams, label) });
}

function member(state, peerId) {
  if (!has(state.participants, peerId)) {
    throw new ProconfError("INVALID_MESSAGE");
  }
  return state.participants[peerId];
}

function withMember(state, peerId, changes) {
  const changed = { ...member(state, peerId), ...changes };
  return { ...state, participants: put(state.participants, changed) };
}

function put(people, one) {
  return { ...people, [one.peerId]: one };
}

function without(mapping, key) {
  return Object.fromEntries(Object.entries(mapping).filter(([each]) => each !== key));
}

function added(list, item) {
  return list.includes(item) ? list : [...list, item];
}

function has(mapping, key) {
  return Object.hasOwn(mapping, key);
}
