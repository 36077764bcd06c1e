import assert from "node:assert/strict";
import { test } from "node:test";

import { linkProblem, linkToPassOn, parseInvite } from "../../proconf_tui/server/page/js/core/invite.js";
import { token } from "./support/rooms.js";

const ORIGIN = "https://192.0.2.7:8443";

function passedOn(hash) {
  const location = { origin: ORIGIN, pathname: "/j/room", hash };
  return linkToPassOn(location, parseInvite(location));
}

test("an invite is passed on as it came, with what it tells terminals of the certificate", () => {
  const hash = `#${token({ aud: "proconf-invite" })}:pin=sha256:abc`;
  const link = { url: `${ORIGIN}/j/room${hash}`, needsPasscode: false };
  assert.deepEqual(passedOn(hash), link);
});

test("a link without a token is passed on with its pin, and needs the passcode", () => {
  const link = { url: `${ORIGIN}/j/room#pin=sha256:abc`, needsPasscode: true };
  assert.deepEqual(passedOn("#pin=sha256:abc"), link);
});

test("a link that is one's own is passed on to nobody", () => {
  assert.equal(passedOn(`#${token({ sub: "ada", role: "host" })}`), null);
  assert.equal(passedOn("#what-is-no-token"), null);
});

test("a link that is cut short or has expired is told when it is opened", () => {
  const soon = { token: token({ exp: 1_000 }) };
  assert.equal(linkProblem({ token: null }, 5_000), "");
  assert.equal(linkProblem(soon, 900), "");
  assert.equal(linkProblem(soon, 1_030), "", "the clock of this machine may be fast");
  assert.match(linkProblem(soon, 1_100), /has expired/);
  assert.match(linkProblem({ token: soon.token.slice(0, 8) }, 900), /is not whole/);
  assert.equal(linkProblem({ token: token({}) }, 900), "");
});
