import assert from "node:assert/strict";
import { test } from "node:test";

import { unreachableWords } from "../../proconf_tui/server/page/js/core/candidates.js";
import { sessionId, withoutSilence } from "../../proconf_tui/server/page/js/core/descriptions.js";

const CANDIDATES = [
  "v=0",
  "a=candidate:1 1 udp 2130706431 192.0.2.7 7000 typ host",
  "a=candidate:2 1 udp 2130706175 2001:db8::7 7000 typ host",
  "a=candidate:1 1 udp 2130706431 192.0.2.7 7000 typ host",
  "a=candidate:3 1 tcp 2130706175 192.0.2.8 7000 typ host",
  "a=candidate:4 1 udp 2130705919 192.0.2.9 7001 typ host",
].join("\r\n");

test("the session's id is read, or found missing", () => {
  assert.equal(sessionId("v=0\r\no=- 4711 2 IN IP4 127.0.0.1\r\ns=-\r\n"), "4711");
  assert.equal(sessionId("v=0\r\ns=-\r\n"), null);
});

test("silence is left out of one's own voice, asked for once and of Opus only", () => {
  const answer = [
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=fmtp:96 x=1",
    "",
  ].join("\r\n");
  const changed = withoutSilence(answer);
  assert.equal(changed, answer.replace("useinbandfec=1", "useinbandfec=1;usedtx=1"));
  assert.equal(withoutSilence(changed), changed);
  assert.equal(withoutSilence("m=video 9 X 96\r\n"), "m=video 9 X 96\r\n");
});

test("the places are told by port, each address once", () => {
  const places = "192.0.2.7 or 2001:db8::7 UDP port 7000 or 192.0.2.9 UDP port 7001";
  assert.ok(unreachableWords(CANDIDATES).includes(`nothing answers at ${places}.`));
});

test("nothing but addresses and ports gets to people's eyes", () => {
  const lines = ["<b>hi</b> 7000", "evil.example 7000", "192.0.2.7 7e3", "192.0.2.7 -1"];
  const sdp = lines.map((place) => `a=candidate:1 1 udp 1 ${place} typ host`).join("\n");
  assert.match(unreachableWords(sdp), /nothing answers at the server's UDP port\. Ask/);
});

test("of many addresses a few are told", () => {
  const sdp = [1, 2, 3, 4, 5, 6]
    .map((each) => `a=candidate:1 1 udp 1 192.0.2.${each} 7000 typ host`)
    .join("\n");
  assert.match(unreachableWords(sdp), /answers at 192\.0\.2\.1 or \S+2 or \S+3 or \S+4 UDP port/);
});
