import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { Publishing } from "../../proconf_tui/server/page/js/media/publishing.js";
import { Subscribing } from "../../proconf_tui/server/page/js/media/subscribing.js";
import { PeerConnection } from "./support/peer_connection.js";
import { settled } from "./support/platform.js";

const BOX = { widthPx: 640, heightPx: 360 };

let connections;
let asked;
let refusal;
let states;
let answered;
let open;

beforeEach(() => {
  connections = [];
  asked = [];
  refusal = null;
  states = [];
  answered = Promise.resolve();
  open = [];
  globalThis.RTCPeerConnection = class extends PeerConnection {
    constructor() {
      super();
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
  const one = new kind(options);
  open.push(one);
  return one;
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
  assert.equal(subscribing.trackOf("ada", "video"), null);
  receiver.plays(7);
  subscribing.check();
  assert.equal(subscribing.trackOf("ada", "video"), receiver.track);
  subscribing.takeSlots([feedOf("0", "video", "bo", 8)]);
  assert.deepEqual([subscribing.trackOf("ada", "video"), subscribing.trackOf("bo", "video")], [
    null,
    null,
  ]);
  receiver.plays(8);
  subscribing.check();
  assert.equal(subscribing.trackOf("bo", "video"), receiver.track);
  subscribing.takeSlots([]);
  assert.equal(subscribing.trackOf("bo", "video"), null);
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
  assert.deepEqual([subscribing.voices(), receiver.track.enabled], [[], false]);
  receiver.plays(8);
  subscribing.check();
  assert.equal(subscribing.voices()[0].peerId, "bo");
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
