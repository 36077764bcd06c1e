import assert from "node:assert/strict";
import { test } from "node:test";

import { delaysS } from "../../proconf_tui/server/page/js/core/backoff.js";
import { cleanMessage } from "../../proconf_tui/server/page/js/core/boundary.js";
import {
  ProconfError,
  endOf,
  refusal,
  refusalOf,
  wordsOf,
} from "../../proconf_tui/server/page/js/core/failures.js";
import { decode, encodeRequest } from "../../proconf_tui/server/page/js/core/frames.js";
import { parseInvite } from "../../proconf_tui/server/page/js/core/invite.js";
import { JSON_DEPTH } from "../../proconf_tui/server/page/js/core/limits.js";
import {
  isLive,
  isMuted,
  lobby,
  mayProduce,
  maySendData,
  people,
} from "../../proconf_tui/server/page/js/core/people.js";
import { follow } from "../../proconf_tui/server/page/js/core/room_state.js";
import { halfLeftS } from "../../proconf_tui/server/page/js/core/tokens.js";
import { CONTROLS, participant, permissions, room, token } from "./support/rooms.js";

const isA = (code) => (error) => error instanceof ProconfError && error.code === code;

test("a request is one object with id, method and params", () => {
  assert.deepEqual(JSON.parse(encodeRequest(7, "ping")), { id: 7, method: "ping", params: {} });
});

test("what the server would not take is refused here, with words", () => {
  const params = { text: "€".repeat(50_000) };
  assert.throws(() => encodeRequest(1, "send-chat", params), isA("LIMIT_EXCEEDED"));
});

test("the three kinds of messages are told apart", () => {
  assert.deepEqual(decode('{"id":1,"result":{}}'), { type: "result", id: 1, result: {} });
  assert.deepEqual(decode('{"id":1,"error":{"code":"FULL","message":"no"}}'), {
    type: "refusal",
    id: 1,
    code: "FULL",
    message: "no",
  });
  assert.deepEqual(decode('{"method":"media-lost"}'), {
    type: "notification",
    method: "media-lost",
    params: {},
  });
});

for (const frame of ["", "[]", "null", "7", '{"id":"x"}', '{"id":1}', '{"method":"a","params":[]}']) {
  test(`${frame || "nothing"} is no message`, () => {
    assert.throws(() => decode(frame), isA("INVALID_MESSAGE"));
  });
}

test("a binary frame is no message", () => {
  assert.throws(() => decode(new Blob(["{}"])), isA("INVALID_MESSAGE"));
});

test("text from others is clean, wherever it stands", () => {
  const { params } = decode(
    JSON.stringify({
      method: "room-events",
      params: {
        version: 2,
        events: [
          { type: "PeerJoined", participant: participant("p-1", { name: "Mal\u202elory\x1b[2J" }) },
          { type: "ChatSaid", line: { text: "one\r\ntwo\u200b", to: null } },
          { type: "PeerMetadataUpdated", metadata: { "ke\u202ey": ["va\u202elue"] } },
        ],
      },
    }),
  );
  assert.equal(params.events[0].participant.name, "Mallory");
  assert.equal(params.events[1].line.text, "one\ntwo");
  assert.deepEqual(params.events[2].metadata, { key: ["value"] });
});

test("names of fields mean nothing inside metadata", () => {
  const { metadata } = cleanMessage({ metadata: { sdp: "v=0\u202e", peerId: "not an id" } });
  assert.deepEqual(metadata, { sdp: "v=0", peerId: "not an id" });
});

test("SDP and keys stay as they are", () => {
  const said = { sdp: "v=0\r\no=-\r\n", resumeKey: "\u00a0", token: "\u00a0", key: "\u00a0" };
  assert.deepEqual(cleanMessage(said), said);
});

test("an id that is none breaks the message", () => {
  for (const peerId of ["", "a b", "<b>", "x".repeat(65), "é"]) {
    assert.throws(() => cleanMessage({ peerId }), isA("INVALID_MESSAGE"), peerId);
  }
});

test("a key named __proto__ is a key like any other", () => {
  const { metadata } = decode('{"method":"x","params":{"metadata":{"__proto__":{"a":1}}}}').params;
  assert.equal(metadata.a, undefined);
  assert.deepEqual(Object.keys(metadata), ["__proto__"]);
});

test("what is nested too deep is refused", () => {
  const deep = `${'{"a":'.repeat(40)}1${"}".repeat(40)}`;
  assert.throws(() => decode(`{"method":"x","params":${deep}}`), isA("INVALID_MESSAGE"));
});

test("metadata have a depth of their own, wherever they stand", () => {
  const metadata = (depth) => `{"metadata":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
  const welcome = (depth) =>
    `{"method":"welcome","params":{"state":{"participants":{"ann":${metadata(depth)}}}}}`;
  assert.equal(decode(welcome(JSON_DEPTH)).method, "welcome");
  assert.throws(() => decode(welcome(JSON_DEPTH + 1)), isA("INVALID_MESSAGE"));
});

test("an invite link has its room, its token and what the token is for", () => {
  const invite = token({ aud: "proconf-invite" });
  const own = token({ aud: "proconf-room", name: " Ada  B " });
  const pathname = "/j/my-Room.1";
  const roomId = "my-Room.1";
  const parsed = (hash) => parseInvite({ pathname, hash });
  const invited = { roomId, token: invite, isInvite: true, name: null };
  const nobody = { roomId, token: null, isInvite: false, name: null };
  assert.deepEqual(parsed(`#${invite}`), invited);
  assert.deepEqual(parsed(`#${invite}:pin=ab`), invited);
  assert.deepEqual(parsed(`#${own}`), { roomId, token: own, isInvite: false, name: "Ada B" });
  assert.deepEqual(parsed("#pin=ab"), nobody);
  assert.deepEqual(parsed(""), nobody);
  assert.deepEqual(parsed("#rubbish"), { ...nobody, token: "rubbish" });
});

test("a link that names no room says so", () => {
  for (const pathname of ["/", "/j/", "/j/..%2f", "/j/a/b", "/j/-", `/j/${"x".repeat(65)}`]) {
    assert.throws(() => parseInvite({ pathname, hash: "" }), isA("ROOM_NOT_FOUND"), pathname);
  }
});

test("a token is renewed at half of what is left of it", () => {
  const made = token({ nbf: 1000, exp: 1600 });
  assert.equal(halfLeftS(made, 1200), 200);
  assert.equal(halfLeftS(made, 900), 300);
  assert.equal(halfLeftS(made, null), 300);
  assert.equal(halfLeftS(made, 5000), 1);
  assert.equal(halfLeftS("unreadable", 0), 300);
});

test("delays grow to seven seconds and differ by a fifth", () => {
  const first = (random, count) => {
    const delays = delaysS(random);
    return Array.from({ length: count }, () => Number(delays.next().value.toFixed(3)));
  };
  assert.deepEqual(first(() => 0.5, 7), [0, 0.3, 1.2, 2.7, 4.8, 7, 7]);
  assert.deepEqual(first(() => 0, 3), [0, 0.24, 0.96]);
});

test("every error has words for people, and none of a terminal's", () => {
  assert.equal(wordsOf(new ProconfError("FULL", "words")), "words");
  assert.match(wordsOf(new TypeError("x is not a function")), /^Something went wrong/);
  assert.doesNotMatch(refusal("BAD_PASSCODE", "use --passcode").message, /--/);
  assert.equal(refusal("PERMISSION_DENIED", "Ask Ana.").message, "Ask Ana.");
});

test("an end has the server's words or its own, and is a refusal for who was not in yet", () => {
  assert.equal(endOf("KICKED", "Out.").message, "Out.");
  assert.match(endOf("ELSEWHERE").message, /another tab/);
  assert.equal(refusalOf(endOf("DENIED")).code, "DENIED");
  assert.equal(refusalOf(endOf("EXPIRED")).code, "ROOM_NOT_FOUND");
});

test("an event about somebody who is not there, or unknown, is none of this room", () => {
  const state = room([participant("p-1")]);
  const events = [
    { type: "HandRaised", peerId: "p-2", raisedAt: 1 },
    { type: "HandRaised", peerId: "constructor", raisedAt: 1 },
    { type: "toString" },
  ];
  for (const event of events) {
    assert.throws(() => follow(state, [event], 11), isA("INVALID_MESSAGE"));
  }
});

test("the version is the message's, and what was is not changed", () => {
  const state = room([participant("p-1")]);
  const before = structuredClone(state);
  const after = follow(state, [{ type: "HandRaised", peerId: "p-1", raisedAt: 3 }], 99);
  assert.equal(after.version, 99);
  assert.equal(after.participants["p-1"].handRaisedAt, 3);
  assert.deepEqual(state, before);
});

test("people are oneself, raised hands by age, and the others as they came", () => {
  const state = room([
    participant("late", { joinedAt: 9 }),
    participant("early", { joinedAt: 2 }),
    participant("me", { joinedAt: 5 }),
    participant("second-hand", { joinedAt: 1, handRaisedAt: 8 }),
    participant("first-hand", { joinedAt: 7, handRaisedAt: 4 }),
  ]);
  assert.deepEqual(
    people(state, "me").map(({ peerId }) => peerId),
    ["me", "first-hand", "second-hand", "early", "late"],
  );
  assert.deepEqual(people(null, "me"), []);
});

test("who waits longest is first", () => {
  const waiting = { b: { peerId: "b", knockedAt: 2 }, a: { peerId: "a", knockedAt: 2 } };
  const state = room([], { lobby: { ...waiting, c: { peerId: "c", knockedAt: 1 } } });
  assert.deepEqual(
    lobby(state).map(({ peerId }) => peerId),
    ["c", "a", "b"],
  );
});

test("one may produce by one's own right and the room's controls, which bind no moderator", () => {
  const closed = { ...CONTROLS, allowProduce: false, allowSendData: false };
  const silent = { ...CONTROLS, allowProduceSources: { cam: true, mic: false, screen: true } };
  const members = [
    participant("guest"),
    participant("host", { permissions: permissions({ admin: true }) }),
    participant("bot", { permissions: permissions({ canProduce: false, canSendData: false }) }),
  ];
  const may = (controls, who) => mayProduce(room(members, { controls }), who, "audio");
  assert.deepEqual(
    [may(CONTROLS, "guest"), may(closed, "guest"), may(silent, "guest")],
    [true, false, false],
  );
  assert.deepEqual([may(closed, "host"), may(silent, "host")], [true, true]);
  assert.deepEqual([may(CONTROLS, "bot"), may(CONTROLS, "nobody"), may(CONTROLS, null)], [
    false,
    false,
    false,
  ]);
  assert.equal(maySendData(room(members, { controls: closed }), "guest"), false);
  assert.equal(maySendData(room(members, { controls: closed }), "host"), true);
});

test("a stream is live while it is published and not paused", () => {
  const one = participant("p-1", { streams: { audio: { isPaused: true }, video: { isPaused: false } } });
  assert.deepEqual(
    [isLive(one, "audio"), isLive(one, "video"), isLive(one, "screen"), isLive(null, "audio")],
    [false, true, false, false],
  );
  assert.deepEqual([isMuted(one), isMuted(participant("p-2")), isMuted(null)], [true, false, false]);
});
