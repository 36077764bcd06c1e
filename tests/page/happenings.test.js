import assert from "node:assert/strict";
import { test } from "node:test";

import { tell } from "../../proconf_tui/server/page/js/core/happenings.js";
import {
  amLastModerator,
  heirs,
  personsOf,
  stateWords,
} from "../../proconf_tui/server/page/js/core/persons.js";
import { whyNotProduce, whyNotSendData } from "../../proconf_tui/server/page/js/core/rights.js";
import { TalkingWatch } from "../../proconf_tui/server/page/js/core/talking.js";
import {
  duration,
  initials,
  listed,
} from "../../proconf_tui/server/page/js/core/words.js";

const SOURCES = { cam: true, mic: true, screen: true };
const CONTROLS = {
  roomLocked: false,
  allowProduce: true,
  allowProduceSources: SOURCES,
  allowConsume: true,
  allowSendData: true,
};
const NOBODY = {
  isAway: false,
  levels: new Map(),
  speaking: new Set(),
  qualities: new Map(),
  reactions: new Map(),
};

function participant(peerId, more = {}) {
  const { permissions, ...others } = more;
  return {
    peerId,
    name: peerId,
    role: "guest",
    joinedAt: 1,
    streams: {},
    handRaisedAt: null,
    isConnected: true,
    permissions: {
      admin: false,
      canProduce: true,
      canProduceSources: SOURCES,
      canSendData: true,
      ...permissions,
    },
    ...others,
  };
}

function room(participants, controls = {}) {
  return {
    participants: Object.fromEntries(participants.map((one) => [one.peerId, one])),
    controls: { ...CONTROLS, ...controls },
  };
}

const CONTEXT = { nameOf: (peerId) => peerId.toUpperCase(), meId: "me", controls: CONTROLS };

test("people are told as they are, oneself first and then hands by age", () => {
  const people = personsOf(
    room([
      participant("ada", { joinedAt: 1, streams: { audio: { isPaused: false } } }),
      participant("bob", { joinedAt: 2, handRaisedAt: 9, streams: { audio: { isPaused: true } } }),
      participant("me", { joinedAt: 3, name: " \u202e " }),
    ]),
    "me",
    { ...NOBODY, levels: new Map([["ada", -20], ["bob", -20]]), speaking: new Set(["ada", "bob"]) },
  );
  assert.deepEqual(
    people.map(({ peerId, name, isLoud, isSpeaking, isMuted }) => [
      peerId,
      name,
      isLoud,
      isSpeaking,
      isMuted,
    ]),
    [
      ["me", "Unnamed", false, false, false],
      ["bob", "bob", false, false, true],
      ["ada", "ada", true, true, false],
    ],
  );
  assert.equal(stateWords(people[0]), "you, no microphone");
  assert.equal(stateWords(people[1]), "muted, hand raised");
  assert.equal(stateWords(people[2]), "");
});

test("who is silent for the server, or away oneself, is shown as reconnecting", () => {
  const state = room([participant("ada"), participant("me")]);
  const [me, ada] = personsOf(state, "me", {
    ...NOBODY,
    isAway: true,
    qualities: new Map([["ada", "lost"]]),
  });
  assert.equal(me.isConnected || ada.isConnected, false);
});

test("the last moderator is known, and who could be one instead", () => {
  const moderator = { permissions: { admin: true } };
  const all = (...more) => personsOf(room([participant("me", moderator), ...more]), "me", NOBODY);
  assert.equal(amLastModerator(all(participant("ada"))), true);
  assert.equal(amLastModerator(all(participant("ada", moderator))), false);
  const people = all(
    participant("ada"),
    participant("bot", { role: "bot" }),
    participant("gone", { isConnected: false }),
  );
  assert.deepEqual(
    heirs(people).map((one) => one.peerId),
    ["ada"],
  );
});

test("what moderators do to oneself is urgent, and to others it is told", () => {
  const closed = (peerId, reason) => ({ type: "StreamClosed", peerId, label: "audio", reason });
  assert.deepEqual(tell(closed("me", "MODERATOR"), CONTEXT), {
    text: "You are muted: your microphone was stopped by a moderator",
    isUrgent: true,
  });
  assert.equal(
    tell(closed("ada", "CONTROLS"), CONTEXT).text,
    "ADA's microphone was stopped by the room's controls",
  );
  assert.equal(tell(closed("me", "STOPPED"), CONTEXT), null);
  assert.equal(tell({ type: "HandLowered", peerId: "me", by: "me" }, CONTEXT), null);
  assert.equal(tell({ type: "HandLowered", peerId: "me", by: "ada" }, CONTEXT).isUrgent, true);
  const role = { type: "RoleUpdated", peerId: "me", role: "coHost" };
  assert.equal(tell(role, CONTEXT).text, "You are now a moderator");
  assert.equal(tell({ type: "SomethingNew" }, CONTEXT), null);
});

test("controls are told by what is different", () => {
  const now = { ...CONTROLS, roomLocked: true, allowProduceSources: { ...SOURCES, mic: false } };
  const told = (before, controls) =>
    tell({ type: "ControlsUpdated", controls }, { ...CONTEXT, controls: before });
  assert.deepEqual(told(CONTROLS, now), {
    text: "The room is locked; only moderators may use the microphone",
    isShown: true,
  });
  assert.equal(
    told(now, CONTROLS).text,
    "The room is open; everybody may use the microphone again",
  );
  assert.equal(told(CONTROLS, CONTROLS), null);
});

test("why one may not is said in words", () => {
  const me = participant("me", { permissions: { canProduceSources: { ...SOURCES, cam: false } } });
  const state = room([me], { allowProduce: false, allowSendData: false });
  assert.match(whyNotProduce(state, "me", "video"), /Your role/);
  assert.match(whyNotProduce(state, "me", "audio"), /moderators do not allow a microphone/);
  assert.match(whyNotSendData(state, "me"), /moderators do not/);
  assert.equal(whyNotProduce(room([me]), "me", "audio"), "");
  assert.equal(whyNotSendData(room([me]), "me"), "");
});

test("talking while muted is told, a click and a hum are not", () => {
  const told = (levels) => {
    const watch = new TalkingWatch();
    return levels.map((dbfs, index) => watch.feed(dbfs, index * 100)).filter(Boolean).length;
  };
  const speech = Array.from({ length: 40 }, (_, index) => (index % 2 ? -20 : -28));
  assert.equal(told(speech), 1);
  assert.equal(told([-60, -10, -14, -18, -22, -26, -30, -34, -38, -42, -46]), 0);
  assert.equal(told(Array.from({ length: 40 }, () => -30)), 0);
});

test("small texts", () => {
  assert.deepEqual(
    ["Ada Lovelace", "Jean-Luc Picard", "ada", "  ", "😀"].map(initials),
    ["AL", "JP", "A", "·", "·"],
  );
  assert.deepEqual([42.9, 725, 3723, -1].map(duration), ["0:42", "12:05", "1:02:03", "0:00"]);
  assert.equal(listed(["a", "b", "c"]), "a, b and c");
});
