import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { browser } from "../../proconf_tui/server/page/js/net/platform.js";
import { ComingIn } from "../../proconf_tui/server/page/js/ui/coming_in.js";

const AS = { name: "Wendy", passcode: null, waits: false };
const { fetch } = browser;

let screens;
let made;
let said;
let comingIn;

beforeEach(() => {
  screens = { name: "prejoin", shown: form("first") };
  made = [];
  said = [];
  browser.fetch = async () => {
    throw new TypeError("out of reach");
  };
  comingIn = new ComingIn({ makeMeeting, screens, showForm, onChange: () => said.push("changed") });
});

afterEach(() => {
  browser.fetch = fetch;
});

function form(name) {
  const say = (what) => (words) => said.push([name, what, words]);
  return {
    say: say("say"),
    askPasscode: say("passcode"),
    offerToWait: say("wait"),
    offerWithoutLink: say("without"),
  };
}

function showForm() {
  comingIn.reset();
  Object.assign(screens, { name: "prejoin", shown: form("new") });
  return screens.shown;
}

function makeMeeting(seat) {
  const meeting = Object.assign(new EventTarget(), {
    seat,
    ended: null,
    isDisposed: false,
    connect: () => new Promise((resolve, reject) => Object.assign(meeting, { resolve, reject })),
    dispose: () => (meeting.isDisposed = true),
  });
  made.push(meeting);
  return meeting;
}

async function refusedWith(code, message, tried = comingIn.join(AS)) {
  made.at(-1).reject(new ProconfError(code, message));
  assert.equal(await tried, false);
}

test("who is refused is told where they asked, and may ask the same meeting again", async () => {
  await refusedWith("FULL", "It is full.");
  await refusedWith("ROOM_NOT_FOUND");
  assert.deepEqual(said.map((each) => each.slice(0, 2)), [["first", "say"], ["first", "wait"]]);
  assert.equal(made.length, 1);
  const joined = comingIn.join(AS);
  made[0].resolve();
  assert.equal(await joined, true);
});

test("whom another screen tells of it is told there alone, but for the passcode", async () => {
  const denied = comingIn.join(AS);
  screens.name = "ended";
  await refusedWith("DENIED", "No.", denied);
  assert.deepEqual(said, []);
  const asked = comingIn.join({ ...AS, passcode: "open barley" });
  screens.name = "waiting";
  await refusedWith("BAD_PASSCODE", "", asked);
  assert.deepEqual(said, [["new", "passcode", true]]);
});

test("who comes back through a crowd to a meeting with a passcode is asked for that", async () => {
  screens.name = "back";
  const back = comingIn.comeBack({ peerId: "p" }, "Wendy");
  screens.name = "waiting";
  await refusedWith("BAD_PASSCODE", "", back);
  assert.deepEqual(said, [["new", "passcode", false]]);
  assert.equal(made[0].isDisposed, true);
});

test("who cannot come back may wait for the meeting, as those who come anew", async () => {
  screens.name = "back";
  await refusedWith("ROOM_NOT_FOUND", "", comingIn.comeBack({ peerId: "p" }, "Wendy"));
  assert.deepEqual(said.map((each) => each.slice(0, 2)), [["new", "wait"]]);
});

test("what was tried before the form was shown anew says nothing on it", async () => {
  const late = comingIn.join(AS);
  showForm();
  await refusedWith("FULL", "It is full.", late);
  made[0].dispatchEvent(new Event("change"));
  assert.deepEqual(said, []);
  comingIn.join(AS);
  assert.equal(made.length, 2);
});

test("where the server answers, but no websocket comes through, that is said", async () => {
  await refusedWith("UNREACHABLE");
  browser.fetch = async () => ({ ok: true });
  await refusedWith("UNREACHABLE");
  const [[, , away], [, , blocked]] = said;
  assert.match(away, /^The server does not answer/);
  assert.match(blocked, /^The server answers.*must trust it/);
});
