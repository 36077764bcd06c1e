/** Questions about the people in a room, as the terminal's panes ask them (tui/people.py). */

/** What the controls call that which is published under a label. */
export const SOURCE_OF = { audio: "mic", video: "cam", screen: "screen" };

/**
 * Return who has that id and is in.
 *
 * @param {object|null} state
 * @param {string|null} peerId
 * @returns {object|null} a Participant of docs/protocol.md
 */
export function participantOf(state, peerId) {
  const members = state?.participants ?? {};
  return peerId !== null && Object.hasOwn(members, peerId) ? members[peerId] : null;
}

/**
 * Return whether somebody may moderate.
 *
 * @param {object|null} participant
 * @returns {boolean}
 */
export function isModerator(participant) {
  return participant?.permissions.admin ?? false;
}

/**
 * Return whether I may publish under this label now.
 *
 * @param {object|null} state
 * @param {string|null} meId
 * @param {"audio"|"video"|"screen"} label
 * @returns {boolean}
 */
export function mayProduce(state, meId, label) {
  const own = participantOf(state, meId)?.permissions;
  const source = SOURCE_OF[label];
  if (!own?.canProduce || !own.canProduceSources[source]) {
    return false;
  }
  const { allowProduce, allowProduceSources } = state.controls;
  return own.admin || (allowProduce && allowProduceSources[source]);
}

/**
 * Return whether I may chat and react now.
 *
 * @param {object|null} state
 * @param {string|null} meId
 * @returns {boolean}
 */
export function maySendData(state, meId) {
  const own = participantOf(state, meId)?.permissions;
  return Boolean(own?.canSendData && (own.admin || state.controls.allowSendData));
}

/**
 * Return everybody who is in: me, then raised hands by age, then the others as they came.
 *
 * @param {object|null} state
 * @param {string|null} meId
 * @returns {object[]} Participants
 */
export function people(state, meId) {
  const me = participantOf(state, meId);
  const others = Object.values(state?.participants ?? {})
    .filter((each) => each.peerId !== meId)
    .sort((a, b) => order(a, b, (each) => each.joinedAt))
    .sort((a, b) => order(a, b, (each) => each.handRaisedAt ?? Infinity));
  return me === null ? others : [me, ...others];
}

/**
 * Return whether a stream is published and not paused.
 *
 * @param {object|null} participant
 * @param {"audio"|"video"|"screen"} label
 * @returns {boolean}
 */
export function isLive(participant, label) {
  return participant?.streams[label]?.isPaused === false;
}

/**
 * Return whether somebody's microphone is published and paused.
 *
 * @param {object|null} participant
 * @returns {boolean}
 */
export function isMuted(participant) {
  return participant?.streams.audio?.isPaused === true;
}

/**
 * Return who waits, longest first; empty for who is no moderator.
 *
 * @param {object|null} state
 * @returns {object[]} Waiting of docs/protocol.md
 */
export function lobby(state) {
  return Object.values(state?.lobby ?? {}).sort(
    (a, b) => a.knockedAt - b.knockedAt || (a.peerId < b.peerId ? -1 : 1),
  );
}

/**
 * Return whether all media but the moderators' is off, and the room locked.
 *
 * @param {object} controls of the room
 * @returns {boolean}
 */
export function isSuspended({ roomLocked, allowProduce }) {
  return roomLocked && !allowProduce;
}

function order(a, b, key) {
  const [first, second] = [key(a), key(b)];
  return first === second ? 0 : first - second;
}
