import assert from "node:assert/strict";
import { test } from "node:test";

import { personsOf } from "../../proconf_tui/server/page/js/core/persons.js";
import { SilencedWatch } from "../../proconf_tui/server/page/js/core/silenced.js";
import { otherName, shortened } from "../../proconf_tui/server/page/js/core/words.js";
import { CONTROLS, participant } from "./support/rooms.js";

for (const name of [
  "You",
  "YOU",
  "Ｙｏｕ",
  "Y̌ou",
  "Уоu",
  "y0u",
  "You (host)",
  "you[host]",
  "You, host",
  "You - host",
  "* You *",
  "Wendy (you)",
]) {
  test(`${name} is not oneself`, () => assert.equal(otherName(name), `(not you) ${name}`));
}

for (const name of ["Ada", "You Jing", "Li You", "You-Jin Kim", "Youssef", "Bayou", "Thank you"]) {
  test(`${name} is called so`, () => assert.equal(otherName(name), name));
}

test("of a long text only so much is read out", () => {
  assert.equal(shortened("hi"), "hi");
  assert.equal([...shortened("🙂".repeat(4_000))].length, 200);
  assert.ok(shortened("a".repeat(201)).endsWith("a…"));
});

const TALKS = { streams: { audio: { isPaused: false }, video: { isPaused: false } } };

function seen(passing) {
  const people = { me: participant("me", TALKS), ada: participant("ada", TALKS) };
  return personsOf({ participants: people, controls: CONTROLS }, "me", {
    isAway: false,
    levels: new Map([["me", -20], ["ada", -20]]),
    speaking: new Set(["me", "ada"]),
    qualities: new Map(),
    reactions: new Map(),
    ...passing,
  });
}

const heard = (people) =>
  people.map(({ isLoud, isSpeaking, levelDbov }) => isLoud && isSpeaking && levelDbov !== null);
const quiet = (people) =>
  people.map(({ isLoud, isSpeaking, levelDbov }) => !isLoud && !isSpeaking && levelDbov === null);

test("nobody is shown as speaking who cannot be heard", () => {
  assert.deepEqual(heard(seen({})), [true, true]);
  assert.deepEqual(quiet(seen({ isAway: true })), [true, true]);
  assert.deepEqual(quiet(seen({ qualities: new Map([["ada", "lost"]]) })), [false, true]);
});

test("of oneself one knows before the room does", () => {
  const own = { hasMicrophone: false, isMuted: true, hasCamera: false, hasScreen: false };
  const [me, ada] = seen({ isAway: true, own });
  assert.deepEqual([me.hasMicrophone, me.isMuted, me.hasCamera], [false, true, false]);
  assert.deepEqual([ada.hasMicrophone, ada.isMuted, ada.hasCamera], [true, false, true]);
});

test("a microphone that is silenced for a while is told of once", () => {
  const watch = new SilencedWatch();
  assert.equal(watch.feed(true, 0), false);
  assert.equal(watch.feed(true, 1_499), false);
  assert.equal(watch.feed(true, 1_500), true);
  assert.equal(watch.feed(true, 13_500), false);
  watch.feed(false, 20_000);
  assert.equal(watch.feed(true, 21_000), false);
  assert.equal(watch.feed(true, 22_500), true);
});
