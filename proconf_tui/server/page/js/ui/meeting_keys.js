/** What each single key does in the meeting. What they are for is listed in shortcuts.js. */

import { lobby } from "../core/people.js";

const PINNED = Array.from({ length: 9 }, (_, index) => index + 1);

/**
 * Return what the keys do, by key.
 * @param {object} parts
 * @param {import("../meeting/meeting.js").Meeting} parts.meeting
 * @param {import("./toolbar.js").Action[]} parts.actions whose keys press their buttons
 * @param {function(string): void} parts.press a button, by the id of its action
 * @param {import("./grid.js").Grid} parts.grid
 * @param {import("./moderation.js").Moderation} parts.moderation
 * @param {import("./meeting_dialogs.js").MeetingDialogs} parts.dialogs
 * @param {function(1|-1): void} parts.fade
 * @param {function(): void} parts.leave
 * @param {function(): boolean} parts.amModerator
 * @returns {Object<string, function(): void>}
 */
export function keyHandlers(parts) {
  const { actions, press, grid, dialogs, fade, leave } = parts;
  const keyed = actions.filter(({ keys, id }) => keys && id !== "leave");
  return {
    ...Object.fromEntries(keyed.map(({ id, keys }) => [keys, () => press(id)])),
    ...Object.fromEntries(PINNED.map((number) => [number, () => grid.pinNumber(number)])),
    0: () => grid.pinScreen(),
    "+": () => fade(1),
    "=": () => fade(1),
    "-": () => fade(-1),
    i: () => dialogs.openInvite(),
    t: () => dialogs.openStatistics(),
    q: leave,
    "?": () => dialogs.openHelp(),
    ...forModerators(parts),
  };
}

function forModerators({ meeting, moderation, dialogs, amModerator }) {
  const withNext = (run) => {
    const [next] = lobby(meeting.room);
    return next && run(next.peerId);
  };
  const handlers = {
    a: () => withNext((peerId) => moderation.admit(peerId)),
    A: () => moderation.admitAll(),
    d: () => withNext((peerId) => moderation.deny(peerId)),
    l: () => moderation.toggleLock(),
    M: () => moderation.muteEveryone(),
    P: () => moderation.toggleSuspended(),
    C: () => dialogs.openControls(),
  };
  const guarded = Object.entries(handlers).map(([key, run]) => [
    key,
    () => (amModerator() ? run() : undefined),
  ]);
  return Object.fromEntries(guarded);
}
