import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { isSuspended } from "../../proconf_tui/server/page/js/core/people.js";
import { Moderation } from "../../proconf_tui/server/page/js/ui/moderation.js";
import { CONTROLS, room } from "./support/rooms.js";

let meeting;
let answers;

beforeEach(() => {
  answers = [];
  meeting = { room: room([]), changes: [], ask: {} };
  meeting.ask.updateControls = async (changes) => {
    meeting.changes.push(changes);
    meeting.room = { ...meeting.room, controls: { ...meeting.room.controls, ...changes } };
  };
});

function moderation() {
  const confirm = async ({ signal }) => {
    const answer = answers.shift();
    return answer === "until withdrawn"
      ? new Promise((resolve) => signal.addEventListener("abort", () => resolve(null)))
      : answer;
  };
  return new Moderation(meeting, { announce: () => {}, confirm });
}

test("a suspended meeting comes back as it was", async () => {
  const moderating = moderation();
  answers = [{}, {}];
  await moderating.toggleSuspended();
  assert.equal(isSuspended(meeting.room.controls), true);
  await moderating.toggleSuspended();
  assert.deepEqual(meeting.room.controls, CONTROLS);
  meeting.room.controls = { ...CONTROLS, roomLocked: true };
  await moderating.toggleSuspended();
  await moderating.toggleSuspended();
  assert.deepEqual(meeting.room.controls, { ...CONTROLS, roomLocked: true });
});

test("who says no suspends nothing", async () => {
  answers = [null];
  await moderation().toggleSuspended();
  assert.deepEqual(meeting.changes, []);
});

test("what somebody else suspended stays locked when media come back", async () => {
  meeting.room.controls = { ...CONTROLS, roomLocked: true, allowProduce: false };
  await moderation().toggleSuspended();
  assert.deepEqual(meeting.room.controls, { ...CONTROLS, roomLocked: true });
});

test("who is no moderator any more is asked no longer", async () => {
  const moderating = moderation();
  moderating.follow(true);
  answers = ["until withdrawn"];
  const suspending = moderating.toggleSuspended();
  moderating.follow(false);
  await suspending;
  assert.deepEqual(meeting.changes, []);
});
