import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { Publishing } from "../../proconf_tui/server/page/js/media/publishing.js";
import { Subscribing } from "../../proconf_tui/server/page/js/media/subscribing.js";
import { PeerConnection } from "./support/peer_connection.js";
import { TestPlatform, settled } from "./support/platform.js";

const BOX = { widthPx: 640, heightPx: 360 };

let connections;
let asked;
let refusal;
let states;
let answered;
let open;
let platform;

beforeEach(() => {
  connections = [];
  asked = [];
  refusal = null;
  states = [];
  answered = Promise.resolve();
  open = [];
  platform = new TestPlatform();
  globalThis.RTCPeerConnection = class extends PeerConnection {
    constructor() {
      super(platform);
      connections.push(this);
    }
  };
});

afterEach(() => {
  open.forEach((each) => each.close());
  delete globalThis.RTCPeerConnection;
});

const options = {
  request: async (method, { labels }) => {
    asked.push([method, labels]);
    await answered;
    if (refusal !== null) {
      throw new ProconfError(refusal);
    }
    return { sdp: "" };
  },
  onState: (state) => states.push(state),
};

function made(kind) {
  const one = new kind({ ...options, platform });
  open.push(one);
  return one;
}

/** Whose pictures those of `peerId` are seen to be now; null for nobody's. */
function pictureOf(subscribing, peerId) {
  const coming = subscribing.comingOf(peerId, "video");
  return coming?.isConfirmed ? coming.track : null;
}

/** Keep the server from answering until the returned function is called. */
function heldBack() {
  let release;
  answered = new Promise((resolve) => (release = resolve));
  return release;
}

async function untilIdle() {
  for (let turn = 0; turn < 10; turn += 1) {
    await settled();
  }
}

const trackOf = (width = 1280, height = 720) => ({ getSettings: () => ({ width, height }) });

// --- publishing ----------------------------------------------------------------------------------

test("sections are negotiated one at a time, and labelled by their ids", async () => {
  const publishing = made(Publishing);
  const release = heldBack();
  const [voice, picture] = [trackOf(), trackOf()];
  const sent = [publishing.send("audio", voice), publishing.send("video", picture)];
  await untilIdle();
  assert.deepEqual(asked, [["publish", { 0: "audio" }]]);
  release();
  await Promise.all(sent);
  assert.deepEqual(asked.slice(1), [["publish", { 0: "audio", 1: "video" }]]);
  assert.equal(connections.length, 1);
  const senders = connections[0].getTransceivers().map(({ sender }) => sender.track);
  assert.deepEqual(senders, [voice, picture]);
});

test("another track, or none, needs no negotiation", async () => {
  const publishing = made(Publishing);
  await publishing.prepare(["audio", "video"]);
  const track = trackOf();
  await publishing.send("audio", track);
  await untilIdle();
  assert.equal(connections[0].at("0").sender.track, track);
  await publishing.send("audio", null);
  await untilIdle();
  assert.equal(connections[0].at("0").sender.track, null);
  assert.equal(asked.length, 1);
});

test("pictures are encoded while they are wanted, and no larger", async () => {
  const publishing = made(Publishing);
  await publishing.send("video", trackOf(1280, 720));
  await untilIdle();
  const { sender } = connections[0].at("0");
  assert.equal(sender.encoding.active, false);
  publishing.wanted({ video: BOX });
  await untilIdle();
  assert.deepEqual([sender.encoding.active, sender.encoding.scaleResolutionDownBy], [true, 2]);
  publishing.wanted({});
  await untilIdle();
  assert.equal(sender.encoding.active, false);
});

test("a rebuilt connection sends the same, and the old one is heard of no more", async () => {
  const publishing = made(Publishing);
  const track = trackOf();
  publishing.wanted({ video: BOX });
  await publishing.send("video", track);
  await publishing.rebuild();
  await untilIdle();
  const [old, fresh] = connections;
  assert.deepEqual([old.isClosed, fresh.isClosed], [true, false]);
  assert.deepEqual(asked.at(-1), ["publish", { 0: "video" }]);
  const { sender } = fresh.at("0");
  assert.deepEqual([sender.track, sender.encoding.active], [track, true]);
  old.become("failed");
  fresh.become("connected");
  assert.deepEqual(states, ["connected"]);
});

test("a connection that stays cut is a failed one", async () => {
  await made(Publishing).prepare(["audio"]);
  connections[0].become("disconnected");
  await platform.pass(3);
  connections[0].become("connected");
  connections[0].become("disconnected");
  await platform.pass(4.9);
  assert.deepEqual(states, ["disconnected", "connected", "disconnected"]);
  await platform.pass(0.2);
  assert.equal(states.at(-1), "failed");
});

test("less is sent a while after less is wanted", async () => {
  const publishing = made(Publishing);
  publishing.wanted({ video: { widthPx: 1280, heightPx: 720 } });
  await publishing.send("video", trackOf());
  await untilIdle();
  publishing.wanted({ video: { widthPx: 160, heightPx: 90 } });
  await untilIdle();
  const { sender } = connections[0].at("0");
  assert.equal(sender.encoding.scaleResolutionDownBy, 1);
  await platform.pass(3);
  assert.equal(sender.encoding.scaleResolutionDownBy, 8);
});

test("nothing that was never sent is rebuilt", async () => {
  await made(Publishing).rebuild();
  assert.deepEqual([connections, asked], [[], []]);
});

test("what the server refused is negotiated again with the next track", async () => {
  const publishing = made(Publishing);
  refusal = "LIMIT_EXCEEDED";
  await assert.rejects(publishing.send("audio", trackOf()), { code: "LIMIT_EXCEEDED" });
  refusal = null;
  const track = trackOf();
  await publishing.send("audio", track);
  assert.deepEqual(asked, [["publish", { 0: "audio" }], ["publish", { 0: "audio" }]]);
  assert.equal(connections[0].at("0").sender.track, track);
});

test("without signalling a track waits for the connection that is built on its return", async () => {
  const publishing = made(Publishing);
  refusal = "LOST";
  const track = trackOf();
  await publishing.send("audio", track);
  refusal = null;
  await publishing.rebuild();
  await untilIdle();
  assert.equal(connections.at(-1).at("0").sender.track, track);
});

test("nothing is negotiated after the end", async () => {
  const publishing = made(Publishing);
  const release = heldBack();
  const sent = [publishing.send("audio", trackOf()), publishing.send("video", trackOf())];
  await untilIdle();
  publishing.close();
  release();
  await Promise.allSettled(sent);
  assert.deepEqual([asked.length, connections.length, connections[0].isClosed], [1, 1, true]);
});

// --- subscribing ---------------------------------------------------------------------------------

const offerOf = (session, ...sections) =>
  `o=- ${session} 1 IN IP4 0\r\n${sections.map((each) => `m=${each}\r\n`).join("")}`;

const feedOf = (mid, kind, peerId, source) => ({
  mid,
  kind,
  peerId,
  label: kind,
  source,
});

async function subscribed(...sections) {
  const subscribing = made(Subscribing);
  await subscribing.takeOffer(offerOf(1, ...sections));
  return { subscribing, pc: connections[0] };
}

test("pictures are handed out only while they are of whom the map names", async () => {
  const { subscribing, pc } = await subscribed("video 0");
  const { receiver } = pc.at("0");
  subscribing.takeSlots([feedOf("0", "video", "ada", 7)]);
  assert.equal(pictureOf(subscribing, "ada"), null);
  receiver.plays(7);
  subscribing.check();
  assert.equal(pictureOf(subscribing, "ada"), receiver.track);
  subscribing.takeSlots([feedOf("0", "video", "bo", 8)]);
  assert.deepEqual([pictureOf(subscribing, "ada"), pictureOf(subscribing, "bo")], [null, null]);
  receiver.plays(8);
  subscribing.check();
  assert.equal(pictureOf(subscribing, "bo"), receiver.track);
  subscribing.takeSlots([]);
  assert.equal(pictureOf(subscribing, "bo"), null);
});

test("who looked for one's pictures is not shown another's that come there next", async () => {
  const { subscribing, pc } = await subscribed("video 0");
  const { receiver } = pc.at("0");
  receiver.plays(7);
  subscribing.takeSlots([feedOf("0", "video", "ada", 7)]);
  const coming = subscribing.comingOf("ada", "video");
  assert.deepEqual([coming.isConfirmed, coming.isTheirs()], [true, true]);
  subscribing.takeSlots([feedOf("0", "video", "bo", 8)]);
  receiver.plays(8);
  assert.equal(subscribing.comingOf("bo", "video").isTheirs(), true);
  assert.deepEqual([coming.isConfirmed, coming.isTheirs()], [false, false]);
});

test("a map that comes late is noticed before anybody asks", async () => {
  const { subscribing, pc } = await subscribed("video 0");
  let changes = 0;
  subscribing.takeSlots([feedOf("0", "video", "ada", 7)]);
  subscribing.addEventListener("change", () => (changes += 1));
  pc.at("0").receiver.plays(7);
  await platform.pass(0.03);
  assert.equal(changes, 1);
  pc.at("0").receiver.plays(8);
  await platform.pass(0.25);
  assert.deepEqual([changes, pictureOf(subscribing, "ada")], [2, null]);
});

test("nobody is heard under the name of another, even by who plays the track", async () => {
  const { subscribing, pc } = await subscribed("audio 0");
  const { receiver } = pc.at("0");
  assert.equal(receiver.track.enabled, false);
  receiver.plays(7);
  subscribing.takeSlots([feedOf("0", "audio", "ada", 7)]);
  assert.deepEqual(subscribing.voices(), [{ peerId: "ada", track: receiver.track }]);
  assert.equal(receiver.track.enabled, true);
  subscribing.takeSlots([feedOf("0", "audio", "bo", 8)]);
  assert.deepEqual(subscribing.voices(), [{ peerId: null, track: receiver.track }]);
  assert.equal(receiver.track.enabled, false);
  receiver.plays(8);
  subscribing.check();
  assert.equal(subscribing.voices()[0].peerId, "bo");
});

test("a fresh connection carries nobody until its own map says so", async () => {
  const { subscribing, pc } = await subscribed("audio 0");
  subscribing.takeSlots([feedOf("0", "audio", "ada", 7)]);
  const answered = subscribing.takeOffer(offerOf(2, "audio 0"));
  assert.equal(pc.at("0").receiver.track.enabled, false);
  await answered;
  assert.deepEqual(subscribing.voices().map(({ peerId }) => peerId), [null]);
  const next = subscribing.takeOffer(offerOf(3, "audio 0"));
  subscribing.takeSlots([feedOf("0", "audio", "bo", 8)]);
  await next;
  assert.deepEqual(subscribing.voices().map(({ peerId }) => peerId), ["bo"]);
});

test("a place for voices is told of, whoever is heard there", async () => {
  const subscribing = made(Subscribing);
  let changes = 0;
  subscribing.addEventListener("change", () => (changes += 1));
  await subscribing.takeOffer(offerOf(1, "audio 0"));
  assert.deepEqual([changes, subscribing.voices().length], [1, 1]);
});

test("a map may come before the sections that it names", async () => {
  const subscribing = made(Subscribing);
  subscribing.takeSlots([feedOf("0", "audio", "ada", 7)]);
  await subscribing.takeOffer(offerOf(1, "audio 0"));
  assert.equal(subscribing.voices()[0].peerId, "ada");
});

test("offers are answered one after the other, on the connection they speak of", async () => {
  const subscribing = made(Subscribing);
  const release = heldBack();
  const answers = [
    subscribing.takeOffer(offerOf(1, "audio 0")),
    subscribing.takeOffer(offerOf(1, "audio 0", "video 1")),
    subscribing.takeOffer(offerOf(2, "audio 0")),
  ];
  await untilIdle();
  assert.equal(asked.length, 1);
  release();
  await Promise.all(answers);
  assert.equal(asked.length, 3);
  const [first, second] = connections;
  assert.equal(connections.length, 2);
  assert.deepEqual([first.isClosed, first.getTransceivers().length], [true, 2]);
  assert.deepEqual([second.isClosed, second.getTransceivers().length], [false, 1]);
});

test("an offer that the browser cannot use is refused, and the next one answered", async () => {
  const subscribing = made(Subscribing);
  await assert.rejects(subscribing.takeOffer(offerOf(1, "spoilt 0")), { code: "INVALID_MESSAGE" });
  await assert.rejects(subscribing.takeOffer("m=audio 0\r\n"), { code: "INVALID_MESSAGE" });
  assert.deepEqual(asked, []);
  await subscribing.takeOffer(offerOf(2, "audio 0"));
  assert.equal(asked.length, 1);
});
