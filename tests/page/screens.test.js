import assert from "node:assert/strict";
import { test } from "node:test";

import {
  chatRows,
  givenBack,
  roomLeft,
  unreadLines,
} from "../../proconf_tui/server/page/js/core/chat_lines.js";
import {
  ending,
  tryingAgain,
  whyWaiting,
} from "../../proconf_tui/server/page/js/core/endings.js";
import { endOf } from "../../proconf_tui/server/page/js/core/failures.js";
import { bitrate, statisticsLines } from "../../proconf_tui/server/page/js/core/statistics_lines.js";
import { titleOf } from "../../proconf_tui/server/page/js/core/titles.js";

const nameOf = (peerId) => ({ a: "Ada", b: "Bo" })[peerId] ?? "";

function said(version, fromPeerId, text, { to = null, saidAt = version } = {}) {
  return { version, fromPeerId, fromName: nameOf(fromPeerId), text, to, saidAt };
}

function rows(chat, more = {}) {
  return chatRows({ chat, meId: "a", nameOf, ...more });
}

test("a line names who said it, and oneself is you", () => {
  const [mine, theirs] = rows([said(1, "a", "hi"), said(2, "b", "hello")]);
  assert.deepEqual([mine.who, mine.isMine, mine.text], ["You", true, "hi"]);
  assert.deepEqual([theirs.who, theirs.isMine, theirs.isPrivate], ["Bo", false, false]);
});

test("who has no name is called so", () => {
  assert.equal(rows([said(1, "c", "hi")])[0].who, "Unnamed");
});

test("a private line names its other end", () => {
  const [mine, theirs] = rows([said(1, "a", "psst", { to: "b" }), said(2, "b", "yes", { to: "a" })]);
  assert.deepEqual([mine.isPrivate, mine.toWho], [true, "Bo"]);
  assert.deepEqual([theirs.isPrivate, theirs.toWho], [true, "you"]);
});

test("lines of one person to the same ones go on under one name, for a while", () => {
  const chat = [
    said(1, "b", "one"),
    said(2, "b", "two"),
    said(3, "b", "aside", { to: "a" }),
    said(4, "b", "much later", { saidAt: 400 }),
    said(5, "b", "at once", { saidAt: 401 }),
  ];
  assert.deepEqual(
    rows(chat).map((row) => row.isContinued),
    [false, true, false, false, true],
  );
});

test("a gap stands where lines are missing, and breaks what goes on", () => {
  const chat = [said(3, "b", "before"), said(9, "b", "after")];
  const kinds = (gaps) => rows(chat, { gaps }).map((row) => row.kind);
  assert.deepEqual(kinds([{ version: 3 }]), ["line", "gap", "line"]);
  assert.deepEqual(kinds([{ version: 0 }]), ["gap", "line", "line"]);
  assert.deepEqual(kinds([{ version: 20 }]), ["line", "line", "gap"]);
  assert.deepEqual(kinds([{ version: 4 }, { version: 5 }]), ["line", "gap", "line"]);
  assert.equal(rows(chat, { gaps: [{ version: 3 }] })[2].isContinued, false);
});

test("what waits to be said comes last, and every row has a key of its own", () => {
  const pending = [{ key: "pending-1", text: "soon", toName: null }];
  const all = rows([said(1, "a", "x"), said(5, "b", "y")], { gaps: [{ version: 1 }], pending });
  assert.equal(all.at(-1).kind, "pending");
  assert.equal(new Set(all.map((row) => row.key)).size, all.length);
});

test("unread is what others said since", () => {
  const chat = [said(1, "b", "old"), said(2, "a", "mine"), said(3, "b", "new")];
  assert.deepEqual(
    unreadLines(chat, 1, "a").map((line) => line.text),
    ["new"],
  );
});

test("characters are counted as people see them, and only near the end", () => {
  assert.deepEqual(roomLeft("x".repeat(3600)), { isTooLong: false, words: "" });
  assert.deepEqual(roomLeft("x".repeat(3601)), { isTooLong: false, words: "399 characters left" });
  assert.deepEqual(roomLeft("😀".repeat(4000)), { isTooLong: false, words: "0 characters left" });
  assert.equal(roomLeft("😀".repeat(4002)).isTooLong, true);
});

test("a refused line comes back before what was written meanwhile", () => {
  assert.equal(givenBack("refused", "  "), "refused");
  assert.equal(givenBack("refused", "newer"), "refused\nnewer");
});

test("one who was sent away is offered no way back, and one who left is", () => {
  for (const reason of ["KICKED", "DENIED", "BLOCKED", "CLOSED", "EXPIRED", "BAD_TOKEN"]) {
    assert.equal(ending({ reason }).canJoinAgain, false, reason);
  }
  for (const reason of ["LEFT", "STOPPED_WAITING", "LOST", "FULL", "ELSEWHERE", "UNREACHABLE"]) {
    assert.equal(ending({ reason }).canJoinAgain, true, reason);
  }
  assert.equal(ending({ reason: "of a later release" }).canJoinAgain, true);
});

test("the sentence below a heading says more than that", () => {
  for (const { reason, message } of [endOf("KICKED"), endOf("FULL"), endOf("LEFT")]) {
    assert.notEqual(ending({ reason, message }).text, message);
  }
  const over = ending({ reason: "CLOSED", message: "The meeting is over." });
  assert.equal(over.text, "It is over for everybody.");
  const mine = { reason: "CLOSED", message: "You have ended the meeting for everybody." };
  assert.equal(ending(mine).text, mine.message);
  const mistake = { reason: "LOST", message: "The server made a mistake; join again." };
  assert.equal(ending(mistake).text, mistake.message);
});

test("who was removed may come again with a link that gives a new token, but not if blocked", () => {
  const removed = endOf("KICKED");
  const blocked = { reason: "KICKED", message: "A moderator removed you and blocked you." };
  assert.equal(ending({ ...removed, hasInvite: true }).canJoinAgain, true);
  assert.equal(ending({ ...removed, hasInvite: false }).canJoinAgain, false);
  const end = ending({ ...blocked, hasInvite: true });
  assert.deepEqual([end.canJoinAgain, end.text], [false, blocked.message]);
});

test("what is tried again is counted down", () => {
  assert.equal(tryingAgain(7_200), "Trying again in 8 s");
  assert.equal(tryingAgain(-1), "Trying again…");
});

test("why one waits is told for every reason, known or not", () => {
  const known = whyWaiting({ reason: "WAITING_FOR_ADMIN_TO_JOIN", message: "?" });
  assert.equal(known.heading, "Waiting for a moderator");
  const unknown = whyWaiting({ reason: "WAITING_FOR_GODOT", message: "He comes tomorrow." });
  assert.equal(unknown.text, "He comes tomorrow.");
});

test("the title says the room, the state and who waits", () => {
  assert.equal(titleOf({ roomId: "myRoom" }), "myRoom – proconf-tui");
  assert.equal(
    titleOf({ roomId: "myRoom", state: "connected", waiting: 2 }),
    "(2 waiting) myRoom – proconf-tui",
  );
  assert.equal(
    titleOf({ roomId: "myRoom", state: "reconnecting", waiting: 1, unread: 3 }),
    "(1 waiting, 3 new) Reconnecting – myRoom – proconf-tui",
  );
  assert.equal(titleOf({ roomId: null, state: "failed" }), "Not joined – proconf-tui");
});

test("statistics are told in words, and what is unknown is not", () => {
  const camera = {
    label: "video",
    bitrateBps: 1_440_000,
    lossShare: 0.004,
    rttMs: 23,
    widthPx: 640,
    heightPx: 360,
    fps: 24.6,
    limitedBy: "bandwidth",
  };
  const voice = { peerId: "b", label: "audio", bitrateBps: null, lossShare: 0, jitterMs: null };
  const [own, theirs] = statisticsLines({ sending: [camera], receiving: [voice] }, nameOf);
  assert.equal(own.name, "Your camera");
  assert.equal(
    own.text,
    "640 × 360 · 25 pictures/s · 1.4 Mbit/s · 0.4 % lost · 23 ms there and back · " +
      "held back by the network",
  );
  assert.deepEqual([theirs.name, theirs.text], ["Bo, microphone", "0 % lost"]);
  assert.equal(bitrate(999_000), "999 kbit/s");
});

test("statistics say how long a voice is delayed, what of it is made up, and what rests", () => {
  const voice = { peerId: "b", label: "audio", filledShare: 0.02, jitterMs: 4, delayMs: 60 };
  const camera = { label: "video", bitrateBps: 0, fps: 0 };
  const [own, theirs] = statisticsLines({ sending: [camera], receiving: [voice] }, nameOf);
  assert.equal(own.text, "Nothing is sent: nobody looks at it now");
  assert.equal(theirs.text, "2.0 % filled in · 4 ms jitter · 60 ms delayed to play evenly");
  const whole = { ...voice, filledShare: 0.0004, jitterMs: null };
  const [line] = statisticsLines({ sending: [], receiving: [whole] }, nameOf);
  assert.equal(line.text, "60 ms delayed to play evenly");
});
