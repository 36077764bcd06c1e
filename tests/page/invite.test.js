import assert from "node:assert/strict";
import { test } from "node:test";

import { linkToPassOn, parseInvite } from "../../proconf_tui/server/page/js/core/invite.js";
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
