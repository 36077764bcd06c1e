import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { SeatStore } from "../../proconf_tui/server/page/js/net/seat_store.js";
import { actionsOf } from "../../proconf_tui/server/page/js/ui/actions.js";
import { keyHandlers } from "../../proconf_tui/server/page/js/ui/meeting_keys.js";
import { KEYS, Shortcuts } from "../../proconf_tui/server/page/js/ui/shortcuts.js";
import { PlainDocument } from "./support/elements.js";
import { room } from "./support/rooms.js";

let page;
let pressed;

beforeEach(() => {
  page = globalThis.document = new PlainDocument();
  pressed = [];
});

afterEach(() => {
  delete globalThis.document;
});

function listening(store = { hasKeys: true }) {
  return new Shortcuts({ m: () => pressed.push("m") }, store);
}

test("a key does what it says, but not with others, not held, and not while one types", () => {
  const shortcuts = listening();
  assert.equal(page.press("m"), true);
  for (const how of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }]) {
    assert.equal(page.press("m", how), false);
  }
  assert.equal(page.press("m", { target: { closest: () => ({}) } }), false);
  page.hasDialog = true;
  assert.equal(page.press("m"), false);
  page.hasDialog = false;
  for (const unknown of ["x", "toString", "constructor"]) {
    assert.equal(page.press(unknown), false);
  }
  shortcuts.close();
  assert.equal(page.press("m"), false);
  assert.deepEqual(pressed, ["m"]);
});

test("with Caps Lock on, a letter still does what it says without Shift", () => {
  const done = [];
  const handlers = { a: () => done.push("a"), A: () => done.push("A") };
  const shortcuts = new Shortcuts(handlers, { hasKeys: true });
  page.press("A", { shiftKey: false });
  page.press("a", { shiftKey: true });
  page.press("A", { shiftKey: true });
  assert.deepEqual(done, ["a", "A", "A"]);
  assert.equal(page.press("a", { keyCode: 229 }), false);
  shortcuts.close();
});

test("keys that were switched off do nothing, at the next visit too", () => {
  const items = new Map();
  const visits = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
  };
  const store = () => new SeatStore(null, visits);
  const shortcuts = listening(store());
  assert.equal(shortcuts.isOn, true);
  shortcuts.isOn = false;
  assert.equal(page.press("m"), false);
  shortcuts.close();
  const next = listening(store());
  assert.deepEqual([next.isOn, page.press("m")], [false, false]);
  next.isOn = true;
  assert.deepEqual([page.press("m"), store().hasKeys], [true, true]);
});

function handlers({ amModerator = true, lobby = {} } = {}) {
  const parts = { own: {}, side: {}, grid: {}, chat: {}, waiting: () => 0 };
  const kept = (name) => (_, what) => (...how) => pressed.push([name, what, ...how]);
  const record = (name) => new Proxy({}, { get: kept(name) });
  return keyHandlers({
    meeting: { room: room([], { lobby }) },
    actions: actionsOf(parts),
    press: (id) => pressed.push(["press", id]),
    grid: record("grid"),
    moderation: record("moderation"),
    dialogs: record("dialogs"),
    fade: (direction) => pressed.push(["fade", direction]),
    leave: () => pressed.push(["leave"]),
    amModerator: () => amModerator,
  });
}

test("every key that does something is listed, and every listed key does something", () => {
  const listed = KEYS.flatMap(({ key, isAlways }) => (isAlways ? [] : key.split(/[ ]/)))
    .flatMap((key) => (key === "1–9" ? [..."123456789"] : [key.replace("−", "-")]));
  const done = Object.keys(handlers()).filter((key) => key !== "=");
  assert.deepEqual(new Set(listed), new Set(done));
});

test("what moderators' keys do is done for moderators only", () => {
  const keys = KEYS.filter(({ isForModerators }) => isForModerators).map(({ key }) => key);
  const lobby = { w: { peerId: "w", knockedAt: 1 } };
  const guests = handlers({ amModerator: false, lobby });
  keys.forEach((key) => guests[key]());
  assert.deepEqual(pressed, []);
  const moderators = handlers({ lobby });
  keys.forEach((key) => moderators[key]());
  assert.equal(pressed.length, keys.length);
  assert.deepEqual(pressed[0], ["moderation", "admit", "w"]);
});

test("who nobody waits for is not let in, nor refused", () => {
  const all = handlers();
  all.a();
  all.d();
  assert.deepEqual(pressed, []);
});
