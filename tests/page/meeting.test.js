import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Meeting } from "../../proconf_tui/server/page/js/meeting/meeting.js";
import { TestPlatform, settled } from "./support/platform.js";
import { participant, permissions, room, token } from "./support/rooms.js";

const NOW_S = 1_700_000_000;
const GUEST_TOKEN = token({ aud: "proconf-room", nbf: NOW_S, exp: NOW_S + 600 });
const SEAT = { peerId: "me", resumeKey: "K", token: GUEST_TOKEN };

class Store {
  kept = null;
  forgotten = 0;

  seat = () => this.kept;
  device = () => "device";
  keepSeat = (roomId, seat) => {
    this.kept = { roomId, ...seat };
  };
  forgetSeat = () => {
    this.kept = null;
    this.forgotten += 1;
  };
}

/** What the meeting tells its media. */
class Media extends EventTarget {
  told = [];
  sent = new Map();
  publishing = { send: async (label, track) => this.sent.set(label, track) };
  subscribing = {};

  take = (method) => this.told.push(method);
  begin = ({ isFresh }) => this.told.push(isFresh ? "begin afresh" : "begin");
  prepare = (labels) => this.told.push(`prepare ${labels}`);
  wentAway = () => this.told.push("went away");
  close = () => this.told.push("close");
}

class Track extends EventTarget {
  isStopped = false;

  stop() {
    this.isStopped = true;
  }
}

let platform;
let store;
let media;
let meetings;

beforeEach(() => {
  platform = new TestPlatform();
  store = new Store();
  media = new Media();
  meetings = [];
});

afterEach(async () => {
  const left = meetings.map((meeting) => meeting.leave());
  await platform.pass(3);
  await Promise.all(left);
});

function made(options = {}) {
  const meeting = new Meeting({
    roomId: "room",
    token: "INVITE",
    isInvite: true,
    media: () => media,
    store,
    platform,
    ...options,
  });
  meeting.happened = [];
  meeting.addEventListener("event", ({ detail }) => meeting.happened.push(detail));
  meetings.push(meeting);
  return meeting;
}

/** Begin to come in, up to where the server says where one stands. */
async function knocking(options = {}, peerId = "me") {
  const meeting = made(options);
  platform.answers.push({ status: 200, json: { token: GUEST_TOKEN } });
  const connected = meeting.connect({ name: "Ana" });
  connected.catch(() => {});
  await settled();
  await platform.socket.seat(peerId);
  return { meeting, connected, socket: platform.socket };
}

function welcome(members = [participant("me")], more = {}, how = {}) {
  return { state: room(members, more), isResumed: false, hasGap: false, ...how };
}

async function inside(members, more) {
  const { meeting, connected, socket } = await knocking();
  await socket.tell("welcome", welcome(members, more));
  await connected;
  return { meeting, socket };
}

/** Lose the connection and take the seat again, up to where the server says what happened. */
async function back(peerId = "me") {
  await platform.socket.drop();
  await platform.pass(0);
  await platform.socket.seat(peerId);
  return platform.socket;
}

const events = (version, ...happened) => ({ version, events: happened });

// --- coming in -----------------------------------------------------------------------------------

test("an invite is exchanged for a token, and one joins with that", async () => {
  const { meeting, connected, socket } = await knocking();
  assert.equal(meeting.state, "connecting");
  assert.deepEqual(platform.asked[0].body, {
    invite: "INVITE",
    passcode: null,
    name: "Ana",
    device: "device",
    willWait: true,
  });
  assert.deepEqual(socket.asked("join").params, {
    token: GUEST_TOKEN,
    version: 1,
    name: "Ana",
    willWait: true,
    hasMedia: true,
  });
  await socket.tell("welcome", welcome());
  await connected;
  assert.deepEqual([meeting.state, meeting.meId, meeting.me.name], ["connected", "me", "me"]);
  assert.deepEqual(media.told, ["begin afresh", "prepare audio,video"]);
});

test("one's own token is joined with as it is", async () => {
  const meeting = made({ token: GUEST_TOKEN, isInvite: false });
  const connected = meeting.connect();
  await settled();
  await platform.socket.seat("me");
  await platform.socket.tell("welcome", welcome());
  await connected;
  assert.equal(platform.asked.length, 0);
  assert.equal(platform.socket.asked("join").params.name, null);
});

test("without media one says so", async () => {
  const { socket, connected, meeting } = await knocking({ media: null });
  assert.equal(socket.asked("join").params.hasMedia, false);
  await socket.tell("welcome", welcome());
  await socket.tell("subscription-offer", { sdp: "" });
  await connected;
  assert.deepEqual([meeting.state, meeting.feeds, meeting.media], ["connected", null, null]);
});

test("who waits knows for what, until they are let in", async () => {
  const { meeting, connected, socket } = await knocking();
  await socket.tell("awaiting", { reason: "WAITING_FOR_PERMISSIONS", message: "Wait." });
  assert.equal(meeting.state, "waiting");
  assert.deepEqual(meeting.waiting, { reason: "WAITING_FOR_PERMISSIONS", message: "Wait." });
  await socket.tell("welcome", welcome());
  await connected;
  assert.deepEqual([meeting.state, meeting.waiting], ["connected", null]);
});

test("who is denied is told why, and it is over", async () => {
  const { meeting, connected, socket } = await knocking();
  await socket.tell("awaiting", { reason: "WAITING_FOR_PERMISSIONS", message: "Wait." });
  await socket.tell("closed", { reason: "DENIED", message: "No." });
  await assert.rejects(connected, { code: "DENIED", message: "No." });
  assert.deepEqual([meeting.state, meeting.ended], ["closed", { reason: "DENIED", message: "No." }]);
  await assert.rejects(meeting.connect(), { code: "LOST" });
});

test("after a wrong passcode one may try again", async () => {
  const meeting = made();
  platform.answers.push({ status: 403, json: { code: "BAD_PASSCODE", message: "no" } });
  await assert.rejects(meeting.connect({ name: "Ana" }), { code: "BAD_PASSCODE" });
  assert.equal(meeting.state, "failed");
  platform.answers.push({ status: 200, json: { token: GUEST_TOKEN } });
  const connected = meeting.connect({ name: "Ana", passcode: "1234" });
  await settled();
  assert.equal(platform.asked[1].body.passcode, "1234");
  await platform.socket.seat("me");
  await platform.socket.tell("welcome", welcome());
  await connected;
  assert.equal(meeting.state, "connected");
});

test("who leaves before being let in is out, and tells the server", async () => {
  const { meeting, connected, socket } = await knocking();
  await socket.tell("awaiting", { reason: "WAITING_FOR_PERMISSIONS", message: "Wait." });
  const left = meeting.leave();
  await settled();
  await socket.answer("leave");
  await left;
  await assert.rejects(connected);
  assert.deepEqual([meeting.state, meeting.ended.reason], ["left", "STOPPED_WAITING"]);
});

test("who leaves before there is a token does not join", async () => {
  const meeting = made();
  platform.answers.push({ status: 200, json: { token: GUEST_TOKEN } });
  const refused = assert.rejects(meeting.connect());
  await meeting.leave();
  await refused;
  assert.deepEqual([meeting.state, platform.sockets.length], ["left", 0]);
});

// --- being in ------------------------------------------------------------------------------------

test("what happens is folded, and told with the room before it", async () => {
  const { meeting, socket } = await inside();
  const before = [];
  meeting.addEventListener("event", (event) => before.push(event.before.version));
  const joined = { type: "PeerJoined", participant: participant("p-2", { name: "Ben\u202e" }) };
  await socket.tell("room-events", events(12, joined));
  assert.equal(meeting.room.participants["p-2"].name, "Ben");
  assert.equal(meeting.room.version, 12);
  assert.equal(meeting.happened[0].type, "PeerJoined");
  assert.deepEqual(before, [10]);
});

test("one change is told for all that happens at once", async () => {
  const { meeting, socket } = await inside();
  let changes = 0;
  meeting.addEventListener("change", () => (changes += 1));
  const hand = { type: "HandRaised", peerId: "me", raisedAt: 1 };
  await socket.tell("room-events", events(12, hand, { type: "HandLowered", peerId: "me" }));
  assert.equal(changes, 1);
});

test("levels fade a second after they were told", async () => {
  const { meeting, socket } = await inside();
  const levels = { levels: { me: -20 }, activeSpeakers: ["me"], dominantSpeaker: "me" };
  await socket.tell("levels", levels);
  assert.equal(meeting.levels.get("me"), -20);
  await platform.pass(1.1);
  assert.equal(meeting.levels.size, 0);
});

test("reactions are shown for five seconds, and only one emoji is one", async () => {
  const { meeting, socket } = await inside();
  const react = (payload) => ({ fromPeerId: "p-2", payload, label: "reaction" });
  await socket.tell("data", react("hello"));
  assert.equal(meeting.reactions.size, 0);
  await socket.tell("data", react("👍🏽"));
  assert.equal(meeting.reactions.get("p-2"), "👍🏽");
  await platform.pass(4);
  await socket.tell("data", react("🎉"));
  await platform.pass(4);
  assert.equal(meeting.reactions.get("p-2"), "🎉");
  await platform.pass(1.1);
  assert.equal(meeting.reactions.size, 0);
  assert.equal(meeting.happened.filter(({ type }) => type === "Data").length, 3);
});

test("one's own reaction is shown too, and nonsense is none", async () => {
  const { meeting, socket } = await inside();
  await assert.rejects(meeting.react("hello"), { code: "CONFIG" });
  const shown = meeting.react("🎉");
  await socket.answer("send-data");
  await shown;
  assert.equal(meeting.reactions.get("me"), "🎉");
  assert.deepEqual(socket.asked("send-data").params, { payload: "🎉", label: "reaction" });
});

test("who is silent or gone is lost to the others", async () => {
  const { meeting, socket } = await inside([participant("me"), participant("p-2")]);
  assert.deepEqual([...meeting.qualities.values()], ["good", "good"]);
  await socket.tell("peer-quality", { peerId: "p-2", quality: "lost" });
  assert.equal(meeting.qualities.get("p-2"), "lost");
  await socket.tell("peer-quality", { peerId: "p-2", quality: "good" });
  await socket.tell("room-events", events(11, { type: "PeerDisconnected", peerId: "p-2" }));
  assert.equal(meeting.qualities.get("p-2"), "lost");
  await socket.tell("room-events", events(12, { type: "PeerReconnected", peerId: "p-2" }));
  assert.equal(meeting.qualities.get("p-2"), "good");
});

test("who was silent, went and came back is heard again, whoever looked meanwhile", async () => {
  const { meeting, socket } = await inside([participant("me"), participant("p-2")]);
  await socket.tell("peer-quality", { peerId: "p-2", quality: "lost" });
  await socket.tell("room-events", events(11, { type: "PeerDisconnected", peerId: "p-2" }));
  await socket.tell("room-events", events(12, { type: "PeerReconnected", peerId: "p-2" }));
  assert.equal(meeting.qualities.get("p-2"), "good");
});

test("what a moderator closes of one's own is closed here; what one stopped oneself is not", async () => {
  const { meeting, socket } = await inside();
  const published = meeting.own.publish("audio", new Track());
  await socket.answer("produce");
  await published;
  const added = { type: "StreamAdded", peerId: "me", label: "audio" };
  const closed = (reason) => ({ type: "StreamClosed", peerId: "me", label: "audio", reason });
  await socket.tell("room-events", events(12, added, closed("STOPPED"), added));
  assert.equal(meeting.own.isPublished("audio"), true);
  await socket.tell("room-events", events(13, closed("MODERATOR")));
  assert.equal(meeting.own.isPublished("audio"), false);
  assert.equal(media.sent.get("audio"), null);
});

test("a moderator's requests are the protocol's", async () => {
  const { meeting, socket } = await inside([
    participant("me", { permissions: permissions({ admin: true }) }),
  ]);
  const asked = [
    ["admit", { peerId: "p-2" }, () => meeting.ask.admit("p-2")],
    ["admit-all", {}, () => meeting.ask.admitAll()],
    ["deny", { peerId: "p-2" }, () => meeting.ask.deny("p-2")],
    ["kick", { peerId: "p-2", block: true }, () => meeting.ask.kick("p-2", true)],
    ["unblock", { identity: "i" }, () => meeting.ask.unblock("i")],
    [
      "update-controls",
      { roomLocked: true },
      () => meeting.ask.updateControls({ roomLocked: true }),
    ],
    ["mute-everyone", { allowUnmute: false }, () => meeting.ask.muteEveryone(false)],
    [
      "close-streams",
      { labels: ["audio"], peerIds: ["p-2"] },
      () => meeting.ask.closeStreams(["audio"], ["p-2"]),
    ],
    ["update-role", { peerId: "p-2", role: "bot" }, () => meeting.ask.updateRole("p-2", "bot")],
    ["raise-hand", {}, () => meeting.ask.raiseHand()],
    ["lower-hand", { peerId: null }, () => meeting.ask.lowerHand()],
  ];
  for (const [method, params, ask] of asked) {
    const done = ask();
    await settled();
    assert.deepEqual(socket.asked(method)?.params, params, method);
    await socket.answer(method);
    await done;
  }
});

test("the token is renewed at half of its life, and kept with the seat", async () => {
  const { socket } = await inside();
  assert.equal(store.kept.token, GUEST_TOKEN);
  await passAlive(299, socket);
  assert.equal(socket.asked("refresh-token"), undefined);
  await passAlive(2, socket);
  assert.deepEqual(socket.asked("refresh-token").params, { token: GUEST_TOKEN });
  const next = token({ nbf: NOW_S, exp: NOW_S + 1200 });
  await socket.answer("refresh-token", { token: next });
  assert.equal(store.kept.token, next);
  await passAlive(601, socket);
  assert.deepEqual(socket.asked("refresh-token").params, { token: next });
});

async function passAlive(seconds, socket) {
  for (let second = 0; second < seconds; second += 1) {
    await platform.pass(1);
    await socket.tell("levels", { levels: {}, activeSpeakers: [], dominantSpeaker: null });
  }
}

test("one's own line is no good one while the server does not answer, nor while it is away", async () => {
  const { meeting, socket } = await inside();
  assert.equal(meeting.isLineGood, true);
  await platform.pass(2.6);
  assert.equal(meeting.isLineGood, true);
  await platform.pass(0.5);
  assert.deepEqual([meeting.state, meeting.isLineGood], ["connected", false]);
  await socket.answer("ping");
  assert.equal(meeting.isLineGood, true);
  await socket.drop();
  assert.equal(meeting.isLineGood, false);
});

// --- away and back -------------------------------------------------------------------------------

test("back in the seat, what was missed is folded, and media begin afresh", async () => {
  const { meeting, socket } = await inside();
  await socket.drop();
  assert.equal(meeting.state, "reconnecting");
  await platform.pass(0);
  await platform.socket.accept();
  assert.equal(platform.socket.asked("join").params.resume.version, 10);
  await platform.socket.seat("me");
  await platform.socket.tell("resumed", events(15, { type: "HandRaised", peerId: "me", raisedAt: 1 }));
  assert.deepEqual([meeting.state, meeting.room.version], ["connected", 15]);
  assert.deepEqual(media.told.slice(2), ["went away", "begin afresh"]);
  assert.deepEqual(meeting.gaps, []);
});

test("a gap in what is known is told, and kept for the chat", async () => {
  const { meeting } = await inside();
  const socket = await back();
  const state = { version: 2000 };
  await socket.tell("welcome", welcome(undefined, state, { isResumed: true, hasGap: true }));
  assert.deepEqual(meeting.gaps, [{ version: 10 }]);
  assert.deepEqual(
    meeting.happened.map(({ type, code }) => code ?? type),
    ["Gap", "HISTORY_GAP"],
  );
});

test("who comes in anew is somebody else and publishes again", async () => {
  const { meeting, socket } = await inside();
  const published = meeting.own.publish("video", new Track());
  await socket.answer("produce");
  await published;
  const next = await back("me-again");
  await next.tell("welcome", welcome([participant("me-again")]));
  assert.deepEqual([meeting.meId, meeting.state], ["me-again", "connected"]);
  assert.deepEqual(next.asked("produce").params, { label: "video" });
  assert.equal(store.kept.peerId, "me-again");
  assert.deepEqual(media.told.slice(-2), ["went away", "begin afresh"]);
});

test("who comes in anew is neither in nor waiting until that is told", async () => {
  const { meeting } = await inside();
  const next = await back("me-again");
  assert.deepEqual([meeting.state, meeting.room], ["reconnecting", null]);
  await next.tell("welcome", welcome([participant("me-again")]));
  assert.equal(meeting.state, "connected");
});

test("who has to wait anew has no device open, and publishes nothing when let in", async () => {
  const { meeting, socket } = await inside();
  const track = await publishing(meeting, socket);
  const next = await back("me-again");
  await next.tell("awaiting", { reason: "WAITING_FOR_PERMISSIONS", message: "Wait." });
  assert.deepEqual([meeting.state, track.isStopped], ["waiting", true]);
  await next.tell("welcome", welcome([participant("me-again")]));
  assert.deepEqual([meeting.state, next.asked("produce")], ["connected", undefined]);
});

test("who leaves is seen and heard no longer, whenever the server answers", async () => {
  const { meeting, socket } = await inside();
  const track = await publishing(meeting, socket);
  const left = meeting.leave();
  assert.deepEqual([track.isStopped, meeting.state], [true, "connected"]);
  await settled();
  await socket.answer("leave");
  await left;
  assert.equal(meeting.state, "left");
});

async function publishing(meeting, socket) {
  const track = new Track();
  const published = meeting.own.publish("video", track);
  await socket.answer("produce");
  await published;
  return track;
}

test("events that do not follow bring a whole new view", async () => {
  const { meeting, socket } = await inside();
  await socket.tell("room-events", events(12, { type: "HandRaised", peerId: "p-9", raisedAt: 1 }));
  assert.equal(meeting.state, "reconnecting");
  await platform.pass(0);
  await platform.socket.accept();
  assert.equal(platform.socket.asked("join").params.resume.version, 0);
});

test("a line of chat outlives a lost connection, under the same key", async () => {
  const { meeting, socket } = await inside();
  const said = meeting.sendChat("hello");
  await settled();
  const { params } = socket.asked("send-chat");
  assert.deepEqual([params.text, params.to], ["hello", null]);
  const next = await back();
  await next.tell("resumed", events(11));
  assert.deepEqual(next.asked("send-chat").params, params);
  await next.answer("send-chat");
  await said;
});

test("a line of chat is not said again as somebody else", async () => {
  const { meeting } = await inside();
  const refused = assert.rejects(meeting.sendChat("hello", "p-2"), /look in the chat/);
  await settled();
  const next = await back("me-again");
  await next.tell("welcome", welcome([participant("me-again")]));
  await refused;
  assert.equal(next.asked("send-chat"), undefined);
});

test("too long a line is refused with words", async () => {
  const { meeting } = await inside();
  await assert.rejects(meeting.sendChat("x".repeat(4001)), /4000 characters/);
});

test("five minutes away are the end", async () => {
  const { meeting, socket } = await inside();
  await socket.drop();
  await platform.pass(310);
  assert.deepEqual([meeting.state, meeting.ended.reason], ["closed", "LOST"]);
  assert.equal(media.told.at(-1), "close");
});

// --- the seat across pages and tabs --------------------------------------------------------------

test("a page that is loaded again takes the seat, and stops what nobody feeds", async () => {
  const meeting = made({ seat: SEAT });
  const connected = meeting.connect({ name: "Ana" });
  await platform.socket.accept();
  const { resume, token: given } = platform.socket.asked("join").params;
  assert.deepEqual(resume, { peerId: "me", resumeKey: "K", version: 0 });
  assert.equal(given, GUEST_TOKEN);
  await platform.socket.seat("me");
  const streams = { video: { isPaused: false } };
  const me = participant("me", { streams });
  await platform.socket.tell("welcome", welcome([me], {}, { isResumed: true }));
  await connected;
  assert.deepEqual(platform.socket.asked("stop-producing").params, { label: "video" });
});

test("where the seat and its token are gone, the invite still opens", async () => {
  const meeting = made({ seat: SEAT });
  platform.answers.push({ status: 200, json: { token: "NEW" } });
  const connected = meeting.connect({ name: "Ana" });
  await platform.socket.accept();
  await platform.socket.refuse("join", "BAD_TOKEN");
  assert.equal(store.forgotten, 1);
  await platform.socket.accept();
  const { token: given, resume } = platform.socket.asked("join").params;
  assert.deepEqual([given, resume], ["NEW", undefined]);
  await platform.socket.seat("me-again");
  await platform.socket.tell("welcome", welcome([participant("me-again")]));
  await connected;
});

test("a page that is loaded while the server is away keeps trying to take the seat", async () => {
  const meeting = made({ seat: SEAT });
  const connected = meeting.connect();
  for (const waitS of [0, 0.3, 1.2, 2.7]) {
    await platform.socket.drop();
    assert.equal(meeting.state, "connecting");
    await platform.pass(waitS);
  }
  await platform.socket.accept();
  assert.equal(platform.socket.asked("join").params.resume.peerId, "me");
  await platform.socket.seat("me");
  await platform.socket.tell("welcome", welcome());
  await connected;
  assert.deepEqual([meeting.state, platform.sockets.length], ["connected", 5]);
});

test("after half a minute a person decides, and the next join tries the seat, once", async () => {
  store.keepSeat("room", SEAT);
  const meeting = made({ seat: SEAT });
  const refused = assert.rejects(meeting.connect(), { code: "UNREACHABLE" });
  await platform.pass(29);
  assert.equal(meeting.state, "connecting");
  await platform.pass(20);
  await refused;
  assert.deepEqual([meeting.state, store.forgotten], ["failed", 0]);
  meeting.dispose();

  const next = made();
  const again = assert.rejects(next.connect(), { code: "UNREACHABLE" });
  await platform.socket.accept();
  assert.equal(platform.socket.asked("join").params.resume.resumeKey, "K");
  await platform.socket.drop();
  await again;
  assert.deepEqual([next.state, platform.asked.length], ["failed", 0]);
});

test("who stops waiting for the seat is out", async () => {
  const meeting = made({ seat: SEAT });
  const refused = assert.rejects(meeting.connect());
  await platform.socket.drop();
  await meeting.leave();
  await refused;
  const attempts = platform.sockets.length;
  await platform.pass(60);
  assert.deepEqual([meeting.state, platform.sockets.length], ["left", attempts]);
});

test("a meeting that failed lets go of everything, and leaves the seat", async () => {
  store.keepSeat("room", SEAT);
  const meeting = made();
  const refused = assert.rejects(meeting.connect(), { code: "UNREACHABLE" });
  await platform.socket.drop();
  await refused;
  assert.deepEqual([meeting.ended.reason, media.told], ["UNREACHABLE", []]);
  meeting.dispose();
  assert.deepEqual([meeting.state, media.told, store.forgotten], ["closed", ["close"], 0]);
  await assert.rejects(meeting.connect(), { code: "LOST" });
});

test("a seat taken by another tab ends this one, which does not fight for it", async () => {
  const { meeting, socket } = await inside();
  const ended = new Promise((resolve) => meeting.addEventListener("change", resolve));
  const other = made({ seat: SEAT });
  other.connect().catch(() => {});
  await ended;
  assert.deepEqual([meeting.state, meeting.ended.reason], ["closed", "ELSEWHERE"]);
  assert.match(meeting.ended.message, /another tab/);
  assert.equal(socket.asked("leave"), undefined);
  const attempts = platform.sockets.length;
  await platform.socket.seat("me");
  await platform.socket.tell("welcome", welcome());
  await passAlive(20, platform.socket);
  assert.deepEqual([other.state, platform.sockets.length], ["connected", attempts]);
});

test("a connection that the server closes for another does not come back either", async () => {
  const { meeting, socket } = await inside();
  await socket.tell("closed", { reason: "LOST", message: "Taken over." });
  await socket.drop();
  await platform.pass(60);
  assert.deepEqual([meeting.state, meeting.ended.message], ["closed", "Taken over."]);
  assert.equal(platform.sockets.length, 1);
});

// --- the end -------------------------------------------------------------------------------------

for (const reason of ["KICKED", "CLOSED", "EXPIRED", "FULL"]) {
  test(`${reason} is the end, and the seat is gone`, async () => {
    const { meeting, socket } = await inside();
    await socket.tell("closed", { reason, message: "" });
    assert.deepEqual([meeting.state, meeting.ended.reason], ["closed", reason]);
    assert.match(meeting.ended.message, /\.$/);
    assert.equal(store.kept, null);
    await assert.rejects(meeting.ask.raiseHand(), { code: "LOST" });
  });
}

for (const reason of ["ROOM_NOT_FOUND", "BLOCKED", "KICKED", "FULL", "BAD_TOKEN"]) {
  test(`${reason} on the way back is told as what it is, and the seat is gone`, async () => {
    const { meeting, socket } = await inside();
    await socket.drop();
    await platform.pass(0);
    await platform.socket.accept();
    await platform.socket.refuse("join", reason, "So it is.");
    assert.deepEqual([meeting.state, meeting.ended.reason], ["closed", reason]);
    assert.equal(store.kept, null);
  });
}

test("leaving gives up the seat, even if the server does not answer", async () => {
  const { meeting } = await inside();
  const left = meeting.leave();
  await platform.pass(2.1);
  await left;
  assert.deepEqual([meeting.state, store.kept], ["left", null]);
  assert.equal(media.told.at(-1), "close");
});

test("only a moderator ends the meeting for everybody", async () => {
  const { meeting, socket } = await inside();
  const refused = assert.rejects(meeting.endRoom(), { code: "PERMISSION_DENIED" });
  await settled();
  await socket.refuse("end-room", "PERMISSION_DENIED");
  await refused;
  assert.equal(meeting.state, "connected");
  const ended = meeting.endRoom();
  await settled();
  await socket.answer("end-room");
  await ended;
  assert.deepEqual([meeting.state, meeting.ended.reason], ["closed", "CLOSED"]);
});
