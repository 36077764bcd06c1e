import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { personsOf, stateWords } from "../../proconf_tui/server/page/js/core/persons.js";
import { Volumes, percentOf } from "../../proconf_tui/server/page/js/core/volumes.js";
import { SeatStore } from "../../proconf_tui/server/page/js/net/seat_store.js";
import { PersonalActions } from "../../proconf_tui/server/page/js/ui/personal_actions.js";
import { Voices } from "../../proconf_tui/server/page/js/ui/voices.js";
import { PlainDocument } from "./support/elements.js";
import { participant, room } from "./support/rooms.js";

class Feeds extends EventTarget {
  all = [];

  voices() {
    return this.all;
  }

  tell(all) {
    this.all = all;
    this.dispatchEvent(new Event("change"));
  }
}

class Storage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, value);
  }
}

async function play() {
  this.plays += 1;
}

beforeEach(() => {
  const audio = () => ({ plays: 0, play, setSinkId: async () => {} });
  globalThis.document = new PlainDocument({ audio });
  globalThis.MediaStream = class {};
  globalThis.HTMLMediaElement = class {};
});

afterEach(() => {
  for (const name of ["document", "MediaStream", "HTMLMediaElement"]) {
    delete globalThis[name];
  }
});

function playing(voices) {
  return voices.element.children.map(({ dataset, volume, muted }) => [
    dataset.peerId,
    volume,
    muted,
  ]);
}

test("volumes go in steps from nothing to as they are sent, and no further", () => {
  const volumes = new Volumes();
  assert.equal(volumes.step("a", 1), false);
  const heard = [];
  while (volumes.step("a", -1)) {
    heard.push(percentOf(volumes.of("a")));
  }
  assert.deepEqual([heard[0], heard.at(-1), heard.length], ["90 %", "0 %", 10]);
  assert.equal(volumes.step("a", 1), true);
  assert.deepEqual([volumes.of("a"), volumes.of("b")], [0.1, 1]);
});

test("volumes outlive a reload of the page, whatever else stands in the storage", () => {
  const tab = new Storage();
  const before = new Volumes(new SeatStore(tab, null).volumes("room"));
  before.set("a", 0.4);
  before.set("b", 0.2);
  before.set("b", 1);
  new SeatStore(tab, null).keepVolumes("room", before.kept);
  const after = new Volumes(new SeatStore(tab, null).volumes("room"));
  assert.deepEqual(after.kept, { a: 0.4 });
  assert.equal(new Volumes(new SeatStore(tab, null).volumes("other")).of("a"), 1);
  for (const strange of ["x", 7, [2, null], { a: "loud", b: -1, c: 9, d: null }]) {
    const { kept } = new Volumes(strange);
    assert.ok(Object.values(kept).every((volume) => volume === null || volume === 0), strange);
    assert.equal(new Volumes(strange).of("a"), 1);
  }
});

test("who is set to a volume is played at it, whichever slot carries them", () => {
  const [feeds, volumes] = [new Feeds(), new Volumes()];
  const voices = new Voices(feeds, { volumes });
  const [first, second] = [{ kind: "audio" }, { kind: "audio" }];
  feeds.tell([{ peerId: "a", track: first }]);
  volumes.set("a", 0.3);
  assert.deepEqual(playing(voices), [["a", 0.3, false]]);
  feeds.tell([
    { peerId: "b", track: first },
    { peerId: "a", track: second },
  ]);
  assert.deepEqual(playing(voices), [
    ["b", 1, false],
    ["a", 0.3, false],
  ]);
  volumes.set("b", 0);
  assert.deepEqual(playing(voices)[0], ["b", 0, true]);
  voices.close();
  volumes.set("a", 1);
  assert.equal(playing(voices)[1][1], 0.3);
});

test("one after another is heard by the element that plays their track", () => {
  const [feeds, volumes, track] = [new Feeds(), new Volumes({ b: 0.5 }), { kind: "audio" }];
  const voices = new Voices(feeds, { volumes });
  feeds.tell([{ peerId: "a", track }]);
  const [audio] = voices.element.children;
  feeds.tell([{ peerId: null, track }]);
  assert.deepEqual(playing(voices), [["a", 1, false]]);
  feeds.tell([{ peerId: "b", track }]);
  assert.deepEqual(playing(voices), [["b", 0.5, false]]);
  assert.deepEqual([voices.element.children, audio.plays], [[audio], 1]);
  feeds.tell([]);
  assert.deepEqual([voices.element.children, audio.srcObject], [[], null]);
});

test("what a phone pauses is played on, and where that is forbidden somebody is asked", () => {
  const feeds = new Feeds();
  const voices = new Voices(feeds, { volumes: new Volumes() });
  feeds.tell([{ peerId: "a", track: { kind: "audio" } }]);
  const [audio] = voices.element.children;
  audio.dispatchEvent(new Event("pause"));
  assert.deepEqual([audio.plays, voices.isBlocked], [2, false]);
  audio.dispatchEvent(new Event("pause"));
  assert.deepEqual([audio.plays, voices.isBlocked], [2, true]);
  audio.paused = true;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(audio.plays, 3);
  voices.close();
  audio.dispatchEvent(new Event("pause"));
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(audio.plays, 3);
});

test("a browser that keeps its own volume is found out", () => {
  const how = { volumes: new Volumes() };
  assert.equal(new Voices(new Feeds(), how).canFade, true);
  const page = globalThis.document;
  const make = page.createElement.bind(page);
  const fixed = { get: () => 1, set: () => {} };
  page.createElement = (tag) => Object.defineProperty(make(tag), "volume", fixed);
  assert.equal(new Voices(new Feeds(), how).canFade, false);
});

test("what one hears less of is said of them, and never of oneself", () => {
  const passing = {
    isAway: false,
    levels: new Map(),
    speaking: new Set(),
    qualities: new Map(),
    reactions: new Map(),
    volumeOf: () => 0.5,
  };
  const people = personsOf(room([participant("me"), participant("a")]), "me", passing);
  assert.deepEqual(people.map(({ volume }) => volume), [1, 0.5]);
  assert.match(stateWords(people[1]), /volume 50 % for you/);
  assert.match(stateWords({ ...people[1], volume: 0 }), /silenced for you/);
});

function personal({ focused = null, pinned = null, canFade = true } = {}) {
  const said = [];
  const closest = () => (focused ? { dataset: { peerId: focused } } : null);
  globalThis.document.activeElement = { closest };
  const voices = { volumes: new Volumes(), canFade };
  const actions = new PersonalActions({
    announce: (text) => said.push(text),
    voices,
    grid: { pinned: pinned && `${pinned}:video`, pinnedPeer: pinned, pin: () => {} },
    writeTo: () => {},
  });
  const people = [
    { peerId: "me", name: "Me", isMe: true },
    { peerId: "a", name: "Ada", isMe: false, volume: 1 },
    { peerId: "b", name: "Bo", isMe: false, volume: 1 },
  ];
  return { said, actions, people, volumes: voices.volumes };
}

test("keys fade who has the focus before who is pinned, and say how loud they are", () => {
  const { said, actions, people, volumes } = personal({ focused: "a", pinned: "b" });
  actions.fade(people, 1);
  actions.fade(people, -1);
  assert.deepEqual(said, ["Ada is as loud as it gets.", "Volume of Ada: 90 %"]);
  assert.deepEqual(volumes.kept, { a: 0.9 });
});

test("keys fade who is pinned, and nobody else", () => {
  const pinned = personal({ pinned: "b" });
  pinned.actions.fade(pinned.people, -1);
  assert.deepEqual(pinned.volumes.kept, { b: 0.9 });
  for (const focused of [null, "me", "gone"]) {
    const { said, actions, people, volumes } = personal({ focused });
    actions.fade(people, -1);
    assert.deepEqual([said.length, volumes.kept], [1, {}]);
  }
});

test("where a browser cannot fade, somebody is heard or not", () => {
  const { actions, people, volumes } = personal({ focused: "a", canFade: false });
  actions.fade(people, -1);
  assert.deepEqual(volumes.kept, { a: 0 });
  actions.fade(people, 1);
  assert.deepEqual(volumes.kept, {});
});

test("everybody's menu offers their volume where they can be heard, and a tile is let go again", () => {
  const { actions, people } = personal({ pinned: "a" });
  const labels = (person) => actions.itemsFor(person).map(({ label }) => label);
  assert.deepEqual(labels(people[1]), ["Volume", "Unpin", "Write privately"]);
  assert.deepEqual(labels(people[2]), ["Volume", "Pin", "Write privately"]);
  const mute = new PersonalActions({ voices: null, grid: { pinned: null } });
  assert.equal(mute.itemsFor(people[1])[0].label, "Pin");
});
