import assert from "node:assert/strict";
import { test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { guestToken } from "../../proconf_tui/server/page/js/net/http.js";
import { Link } from "../../proconf_tui/server/page/js/net/link.js";
import { SeatStore } from "../../proconf_tui/server/page/js/net/seat_store.js";
import { TestPlatform, settled } from "./support/platform.js";

const isA = (code) => (error) => error instanceof ProconfError && error.code === code;

/** Everything the link tells, as a list of words. */
class Listener {
  told = [];
  seenVersion = 0;

  version = () => this.seenVersion;
  seated = ({ peerId }) => this.told.push(`seated ${peerId}`);
  take = (method) => {
    this.told.push(method);
    if (method === "nonsense") {
      throw new ProconfError("INVALID_MESSAGE");
    }
  };
  lost = () => this.told.push("lost");
  back = () => this.told.push("back");
  gaveUp = ({ code }) => this.told.push(`gave up: ${code}`);
}

async function linked({ heartbeatS = 5 } = {}) {
  const platform = new TestPlatform();
  const listener = new Listener();
  const link = new Link(platform, { token: "T", version: 1 }, listener, null);
  const opened = link.open();
  await platform.socket.seat("p-1", { heartbeatS });
  await opened;
  return { platform, listener, link, socket: platform.socket };
}

test("the first message is the join", async () => {
  const { socket, listener } = await linked();
  assert.deepEqual(socket.sent, [{ id: 1, method: "join", params: { token: "T", version: 1 } }]);
  assert.deepEqual(listener.told, ["seated p-1"]);
});

test("nothing is asked before the join is answered", async () => {
  const platform = new TestPlatform();
  const link = new Link(platform, { token: "T" }, new Listener(), null);
  const refused = assert.rejects(link.open(), { code: "FULL", message: "Full." });
  await platform.socket.accept();
  await assert.rejects(link.request("leave"), isA("LOST"));
  assert.equal(platform.socket.sent.length, 1);
  await platform.socket.refuse("join", "FULL", "Full.");
  await refused;
});

test("a server that does not answer is out of reach, and one that closes too", async () => {
  const platform = new TestPlatform();
  const late = new Link(platform, {}, new Listener(), null).open();
  const refused = assert.rejects(late, isA("UNREACHABLE"));
  await platform.pass(7);
  await refused;
  const closed = new Link(platform, {}, new Listener(), null).open();
  await Promise.all([assert.rejects(closed, isA("UNREACHABLE")), platform.socket.drop()]);
});

test("answers find their requests, whatever comes in between", async () => {
  const { link, socket, listener } = await linked();
  const first = link.request("raise-hand");
  const refused = assert.rejects(link.request("kick", { peerId: "p-2" }), isA("PERMISSION_DENIED"));
  const [{ id }, { id: otherId, params }] = socket.sent.slice(-2);
  assert.deepEqual(params, { peerId: "p-2" });
  await socket.say({ id: otherId, error: { code: "PERMISSION_DENIED", message: "No." } });
  await socket.tell("levels", {});
  await socket.say({ id, result: { done: true } });
  assert.deepEqual(await first, { done: true });
  await refused;
  assert.deepEqual(listener.told, ["seated p-1", "levels"]);
});

test("a request that is not answered in time is given up", async () => {
  const { link, socket, platform } = await linked();
  const late = assert.rejects(link.request("raise-hand"), isA("LOST"));
  for (let second = 0; second < 11; second += 1) {
    await platform.pass(1);
    await socket.tell("levels", {});
  }
  await late;
});

test("too long a request is refused here, and the connection stays", async () => {
  const { link, listener } = await linked();
  const text = "x".repeat(200_000);
  await assert.rejects(link.request("send-chat", { text }), isA("LIMIT_EXCEEDED"));
  assert.deepEqual(listener.told, ["seated p-1"]);
});

test("it pings twice in a heartbeat", async () => {
  const { socket, platform } = await linked({ heartbeatS: 2 });
  for (let tenth = 0; tenth < 40; tenth += 1) {
    await platform.pass(0.1);
    await socket.tell("levels", {});
  }
  const pings = socket.sent.filter(({ method }) => method === "ping").length;
  assert.ok(pings === 3 || pings === 4, `${pings} pings in 4 s`);
});

test("silence for one and a half heartbeats is a loss", async () => {
  const { listener, platform } = await linked();
  await platform.pass(7.4);
  assert.deepEqual(listener.told, ["seated p-1"]);
  await platform.pass(0.2);
  assert.deepEqual(listener.told, ["seated p-1", "lost"]);
});

test("an answer to a ping shows that it lives", async () => {
  const { socket, listener, platform } = await linked();
  for (let ping = 0; ping < 6; ping += 1) {
    await platform.pass(2.5);
    await socket.answer("ping");
  }
  assert.deepEqual(listener.told, ["seated p-1"]);
});

test("no chain of timers keeps it alive, which hidden pages hold up", async () => {
  const { socket, listener, platform } = await linked();
  for (let ping = 0; ping < 12; ping += 1) {
    await platform.pass(2.5);
    await socket.answer("ping");
  }
  assert.deepEqual(listener.told, ["seated p-1"]);
  assert.ok(platform.longestChain < 5, `a chain of ${platform.longestChain} timers`);
});

test("it comes back by itself with the seat and the version seen last", async () => {
  const { socket, listener, link, platform } = await linked();
  listener.seenVersion = 42;
  await socket.drop();
  await assert.rejects(link.request("ping"), isA("LOST"));
  await platform.pass(0);
  assert.equal(platform.sockets.length, 2);
  await platform.socket.accept();
  assert.deepEqual(platform.socket.asked("join").params, {
    token: "T",
    version: 1,
    resume: { peerId: "p-1", resumeKey: "key-of-p-1", version: 42 },
  });
  await platform.socket.answer("join", { peerId: "p-1", resumeKey: "k2", heartbeatS: 5 });
  assert.deepEqual(listener.told, ["seated p-1", "lost", "seated p-1", "back"]);
  await link.untilBack();
});

test("what waits for an answer when it breaks fails", async () => {
  const { socket, link } = await linked();
  const asked = assert.rejects(link.request("raise-hand"), isA("LOST"));
  await socket.drop();
  await asked;
});

test("whoever waits until it is back is told when it is, or that it will not be", async () => {
  const { socket, link, platform } = await linked();
  await socket.drop();
  const isBack = link.untilBack();
  await platform.pass(0);
  await platform.socket.seat("p-1");
  await isBack;
  await platform.socket.tell("welcome", {});
  await platform.socket.drop();
  const isNot = assert.rejects(link.untilBack(), isA("LOST"));
  await platform.pass(0);
  await platform.socket.accept();
  await platform.socket.refuse("join", "BLOCKED");
  await isNot;
});

test("it tries more patiently each time, and gives up after five minutes", async () => {
  const { socket, listener, platform } = await linked();
  await socket.drop();
  const attempts = () => platform.sockets.length - 1;
  await platform.pass(0);
  assert.equal(attempts(), 1);
  await platform.socket.drop();
  await platform.pass(0.25);
  assert.equal(attempts(), 1);
  await platform.pass(0.05);
  assert.equal(attempts(), 2);
  await platform.pass(290);
  assert.ok(attempts() > 20, `${attempts()} attempts`);
  assert.deepEqual(listener.told, ["seated p-1", "lost"]);
  await platform.pass(20);
  assert.deepEqual(listener.told.slice(2), ["gave up: LOST"]);
  const made = attempts();
  await platform.pass(60);
  assert.equal(attempts(), made);
});

test("a refusal that waiting does not change ends it, a busy server does not", async () => {
  const { socket, listener, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  await platform.socket.accept();
  await platform.socket.refuse("join", "LIMIT_EXCEEDED");
  await platform.pass(0.3);
  assert.equal(platform.sockets.length, 3);
  await platform.socket.accept();
  await platform.socket.refuse("join", "BAD_TOKEN");
  assert.deepEqual(listener.told, ["seated p-1", "lost", "gave up: BAD_TOKEN"]);
});

test("what breaks after each join is tried less and less often, until one stands", async () => {
  const { socket, listener, platform } = await linked();
  await socket.tell("nonsense", {});
  for (const delayS of [0, 0.3, 1.2]) {
    await platform.pass(delayS);
    await platform.socket.seat("p-1");
    await platform.socket.tell("nonsense", {});
  }
  assert.equal(platform.sockets.length, 4);
  await platform.pass(2.6);
  assert.equal(platform.sockets.length, 4);
  await platform.pass(0.1);
  await platform.socket.seat("p-1");
  await platform.socket.tell("welcome", {});
  await platform.socket.drop();
  await platform.pass(0);
  assert.equal(platform.sockets.length, 6);
  assert.equal(listener.told.at(-1), "lost");
});

test("text that is no message breaks the connection", async () => {
  const { socket, listener } = await linked();
  await socket.sayRaw("{");
  assert.deepEqual(listener.told, ["seated p-1", "lost"]);
});

test("a nudge tries at once to come back", async () => {
  const { socket, link, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  await platform.socket.drop();
  link.nudge();
  await settled();
  assert.equal(platform.sockets.length, 3);
});

test("a nudge finds out soon that a connection is none any more", async () => {
  const { socket, link, listener, platform } = await linked();
  link.nudge();
  assert.equal(socket.sent.at(-1).method, "ping");
  await socket.answer("ping");
  await platform.pass(3);
  assert.deepEqual(listener.told, ["seated p-1"]);
  link.nudge();
  await platform.pass(2.6);
  assert.deepEqual(listener.told, ["seated p-1", "lost"]);
});

/** Let the newest socket be opened and its join answered, each so long after the one before. */
async function seatSlowly(platform, { openS, answerS }) {
  const { socket } = platform;
  await platform.pass(openS);
  assert.equal(socket.readyState, 0, "given up while it connects");
  await socket.accept();
  await platform.pass(answerS);
  assert.equal(socket.readyState, 1, "given up before the answer");
  await socket.answer("join", { peerId: "p-1", resumeKey: "K", heartbeatS: 5 });
}

test("over a slow line, where connecting takes several round trips, it comes back", async () => {
  const { socket, listener, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  await seatSlowly(platform, { openS: 5.8, answerS: 2.4 });
  assert.deepEqual(listener.told, ["seated p-1", "lost", "seated p-1", "back"]);
});

test("who comes back to a server that connects and says nothing tries again soon", async () => {
  const { socket, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  await platform.socket.accept();
  await platform.pass(2.6);
  assert.equal(platform.sockets[1].readyState, 3);
  await platform.pass(0.3);
  assert.equal(platform.sockets.length, 3);
});

test("a nudge does not take a slow line for a lost one", async () => {
  const { socket, link, listener, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  await seatSlowly(platform, { openS: 4, answerS: 2 });
  link.nudge();
  await platform.pass(4);
  assert.equal(listener.told.at(-1), "back");
  await platform.pass(3);
  assert.equal(listener.told.at(-1), "lost");
});

test("a closed link is quiet", async () => {
  const { socket, link, listener, platform } = await linked();
  link.close();
  await socket.tell("levels", {});
  await socket.drop();
  await platform.pass(30);
  assert.deepEqual(listener.told, ["seated p-1"]);
  assert.equal(platform.sockets.length, 1);
  await assert.rejects(link.request("ping"), isA("LOST"));
});

test("a link that is closed while it comes back stops trying", async () => {
  const { socket, link, listener, platform } = await linked();
  await socket.drop();
  await platform.pass(0);
  link.close();
  await platform.pass(60);
  assert.deepEqual(listener.told, ["seated p-1", "lost"]);
  assert.equal(platform.sockets.length, 2);
});

// --- HTTP ----------------------------------------------------------------------------------------

test("a guest's token is asked for with what one has", async () => {
  const platform = new TestPlatform();
  platform.answers.push({ status: 200, json: { token: "T", roomId: "room" } });
  const wanted = { invite: "I", passcode: null, name: "Ana", device: "D", willWait: true };
  assert.equal(await guestToken("my room", wanted, platform), "T");
  assert.deepEqual(platform.asked, [
    { path: "/api/v1/rooms/my%20room/guest-token", body: wanted },
  ]);
});

test("its refusal is the server's, in words of this page", async () => {
  const platform = new TestPlatform();
  platform.answers.push(
    { status: 403, json: { code: "BAD_PASSCODE", message: "use --passcode" } },
    { status: 429, json: { code: "LIMIT_EXCEEDED", message: "Wait a moment." } },
    { status: 502, json: "<html>" },
  );
  await assert.rejects(guestToken("room", {}, platform), isA("BAD_PASSCODE"));
  await assert.rejects(guestToken("room", {}, platform), /Wait a moment/);
  await assert.rejects(guestToken("room", {}, platform), ProconfError);
  platform.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  await assert.rejects(guestToken("room", {}, platform), isA("UNREACHABLE"));
});

// --- what is remembered --------------------------------------------------------------------------

class Storage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}

test("the seat of a room is kept for the tab, and forgotten", () => {
  const tab = new Storage();
  const seat = { peerId: "p-1", resumeKey: "K", token: "T" };
  new SeatStore(tab, new Storage()).keepSeat("room", seat);
  const store = new SeatStore(tab, new Storage());
  assert.deepEqual(store.seat("room"), seat);
  assert.equal(store.seat("other"), null);
  store.forgetSeat("room");
  assert.equal(store.seat("room"), null);
});

test("a browser is the same guest at every visit", () => {
  const visits = new Storage();
  const platform = new TestPlatform();
  const device = new SeatStore(new Storage(), visits, platform).device();
  assert.equal(new SeatStore(new Storage(), visits, platform).device(), device);
  assert.notEqual(new SeatStore(new Storage(), new Storage(), platform).device(), device);
});

test("name and devices are remembered", () => {
  const visits = new Storage();
  const store = new SeatStore(new Storage(), visits);
  assert.deepEqual([store.name, store.devices], ["", {}]);
  store.name = "Ana";
  store.devices = { camera: "c" };
  const later = new SeatStore(new Storage(), visits);
  assert.deepEqual([later.name, later.devices], ["Ana", { camera: "c" }]);
});

test("where storage is denied or holds rubbish, nothing is remembered", () => {
  const denied = {
    getItem: () => assert.fail("denied"),
    setItem: () => assert.fail("denied"),
    removeItem: () => assert.fail("denied"),
  };
  const rubbish = new Storage();
  ["proconf.seat.room", "proconf.name", "proconf.devices"].forEach((key) =>
    rubbish.setItem(key, "{"),
  );
  for (const storage of [denied, rubbish]) {
    const store = new SeatStore(storage, storage, new TestPlatform());
    assert.equal(store.seat("room"), null);
    assert.equal(store.name, "");
    assert.deepEqual(store.devices, {});
    store.forgetSeat("room");
    assert.notEqual(store.device(), "");
  }
});
