import assert from "node:assert/strict";
import { test } from "node:test";

import { Telling } from "../../proconf_tui/server/page/js/ui/telling.js";
import { CONTROLS, participant, room } from "./support/rooms.js";

function told(event, { isLobbySeen = false } = {}) {
  const waiting = { peerId: "w", identity: "w@example.org", name: "Grace" };
  const meeting = Object.assign(new EventTarget(), {
    meId: "me",
    room: room([participant("me")], { lobby: { w: waiting } }),
  });
  const said = [];
  const telling = new Telling(meeting, (text, how) => said.push([text, how]), () => isLobbySeen);
  meeting.dispatchEvent(Object.assign(new Event("event"), { detail: { ...event, waiting } }));
  telling.close();
  return said;
}

test("who knocks is told at once, and covers nothing where they are seen anyway", () => {
  const [[text, unseen]] = told({ type: "PeerKnocked" });
  assert.equal(text, "Grace asks to be let in");
  assert.deepEqual([unseen.isUrgent, unseen.isShown], [true, undefined]);
  const [[, seen]] = told({ type: "PeerKnocked" }, { isLobbySeen: true });
  assert.deepEqual([seen.isUrgent, seen.isShown], [true, false]);
});

test("whatever else happens is shown as always", () => {
  const [[, how]] = told({ type: "Notice", message: "The server stops." }, { isLobbySeen: true });
  assert.deepEqual([how.isUrgent, how.isShown], [true, undefined]);
});

test("those who come in together are told in one sentence", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const meeting = Object.assign(new EventTarget(), { meId: "me", room: room([]) });
  const said = [];
  const telling = new Telling(meeting, (text) => said.push(text), () => false);
  const come = (...names) =>
    names.forEach((name) => {
      const detail = { type: "PeerJoined", participant: participant(name.toLowerCase(), { name }) };
      meeting.dispatchEvent(Object.assign(new Event("event"), { detail }));
    });
  come("Ada", "me");
  t.mock.timers.tick(1_000);
  come("Ben", "Cleo", "Dan", "Eve");
  t.mock.timers.tick(1_000);
  come("Finn", "Gus", "Hal", "Ida", "Jo");
  t.mock.timers.tick(1_000);
  come("Kim");
  telling.close();
  t.mock.timers.tick(1_000);
  assert.deepEqual(said, [
    "Ada joined",
    "Ben, Cleo, Dan and Eve joined",
    "Finn, Gus, Hal and 2 others joined",
  ]);
});

test("whoever was seen, in or before the door, is known by their name when they are gone", () => {
  const waiting = { peerId: "w", identity: "w@example.org", name: "Grace" };
  const seen = room([participant("ada", { name: "Ada" })], { lobby: { w: waiting } });
  const meeting = Object.assign(new EventTarget(), { meId: "me", room: seen });
  const telling = new Telling(meeting, () => {}, () => false);
  meeting.dispatchEvent(new Event("change"));
  meeting.room = room([]);
  meeting.dispatchEvent(new Event("change"));
  telling.close();
  const identity = seen.participants.ada.identity;
  const names = [identity, "w@example.org", "nobody"].map((one) => telling.nameOfIdentity(one));
  assert.deepEqual(names, ["Ada", "Grace", null]);
});

test("what the controls take from oneself is shown once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const meeting = Object.assign(new EventTarget(), { meId: "me", room: room([]) });
  const shown = [];
  const announce = (text, { isUrgent, isShown = isUrgent }) => isShown && shown.push(text);
  const telling = new Telling(meeting, announce, () => false);
  const happen = (detail) =>
    meeting.dispatchEvent(Object.assign(new Event("event"), { detail, before: room([]) }));
  const controls = { ...CONTROLS, allowProduceSources: { cam: true, mic: false, screen: true } };
  happen({ type: "ControlsUpdated", controls });
  t.mock.timers.tick(1_000);
  happen({ type: "ControlsUpdated", controls });
  happen({ type: "StreamClosed", peerId: "me", label: "audio", reason: "CONTROLS" });
  t.mock.timers.tick(1_000);
  telling.close();
  assert.deepEqual(shown, [
    "Only moderators may use the microphone",
    "You are muted: your microphone was stopped by the room's controls",
  ]);
});
