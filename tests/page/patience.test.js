import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Meeting } from "../../proconf_tui/server/page/js/meeting/meeting.js";
import { TestPlatform, settled } from "./support/platform.js";
import { participant, room, token } from "./support/rooms.js";

const TOKEN = token({ aud: "proconf-room", nbf: 0, exp: 600 });
const CROWDED = {
  status: 429,
  json: { code: "LIMIT_EXCEEDED", message: "Wait." },
  headers: { "Retry-After": "10" },
};
const ABSENT = { status: 404, json: { code: "ROOM_NOT_FOUND", message: "no" } };
const GIVEN = { status: 200, json: { token: TOKEN } };

let platform;
let meeting;

beforeEach(() => {
  platform = new TestPlatform();
  meeting = new Meeting({ roomId: "room", token: "INVITE", isInvite: true, media: null, platform });
});

afterEach(async () => {
  const left = meeting.leave();
  await platform.pass(3);
  await left;
});

async function asking(as, ...answers) {
  platform.answers.push(...answers);
  const connected = meeting.connect({ name: "Ana", ...as });
  connected.catch(() => {});
  await settled();
  return connected;
}

async function comesIn() {
  await platform.socket.seat("me");
  await platform.socket.tell("welcome", { state: room([participant("me")]) });
  assert.equal(meeting.state, "connected");
}

test("in a crowd one asks again when the server says, and is told when that is", async () => {
  asking({}, CROWDED, GIVEN).catch(() => {});
  await settled();
  assert.deepEqual([meeting.state, meeting.waiting.reason], ["waiting", "WAITING_FOR_OTHERS"]);
  assert.ok(meeting.waiting.againAtMs >= 10_000);
  await platform.pass(9.9);
  assert.equal(platform.asked.length, 1);
  await platform.pass(5);
  assert.equal(platform.asked.length, 2);
  await comesIn();
});

test("a join that is one too many is made again with the same token", async () => {
  asking({}, GIVEN).catch(() => {});
  await settled();
  await platform.socket.accept();
  await platform.socket.refuse("join", "LIMIT_EXCEEDED");
  await platform.pass(6);
  assert.deepEqual([platform.asked.length, platform.sockets.length], [1, 2]);
  await comesIn();
});

test("a crowd that does not end is waited for a minute", async () => {
  const connected = asking({}, ...Array(9).fill(CROWDED));
  const refused = assert.rejects(connected, { code: "LIMIT_EXCEEDED" });
  await platform.pass(61);
  await refused;
  assert.equal(platform.asked.length, 6);
  assert.equal(meeting.state, "failed");
});

test("a meeting that is not there is waited for by who wants to, and asked for ever less", async () => {
  await assert.rejects(asking({}, ABSENT), { code: "ROOM_NOT_FOUND" });
  asking({ waits: true }, ...Array(12).fill(ABSENT)).catch(() => {});
  await platform.pass(60);
  assert.equal(meeting.waiting.reason, "WAITING_FOR_ROOM_TO_START");
  const early = platform.asked.length;
  await platform.pass(60);
  assert.ok(platform.asked.length - early < early);
  platform.answers = [GIVEN];
  while (platform.sockets.length === 0) {
    await platform.pass(1);
  }
  await comesIn();
});

for (const [why, as, answer] of [
  ["one's turn", {}, CROWDED],
  ["a meeting", { waits: true }, ABSENT],
]) {
  test(`who stops waiting for ${why} is out, and nothing is asked any more`, async () => {
    const refused = assert.rejects(asking(as, answer));
    await settled();
    await meeting.leave();
    await refused;
    await platform.pass(30);
    assert.deepEqual([meeting.state, meeting.ended.reason], ["left", "STOPPED_WAITING"]);
    assert.equal(platform.asked.length, 1);
  });
}
