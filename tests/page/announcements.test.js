import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Announcer } from "../../proconf_tui/server/page/js/ui/announcer.js";
import { Notices } from "../../proconf_tui/server/page/js/ui/notices.js";
import { PlainDocument } from "./support/elements.js";

beforeEach(() => {
  globalThis.document = new PlainDocument();
});

afterEach(() => {
  delete globalThis.document;
});

test("a new line does not have those before it read out again", () => {
  const { element } = new Announcer();
  const regions = element.children.filter((each) => each.hasAttribute("role"));
  assert.deepEqual(regions.map((each) => each.getAttribute("role")), ["status", "alert"]);
  assert.ok(regions.every((each) => each.getAttribute("aria-atomic") === "false"));
});

test("what passes comes into a region that is always there, and goes from it", () => {
  const notices = new Notices({ onTurnOn: () => {} });
  const { element } = notices;
  assert.equal(element.getAttribute("role"), "status");
  notices.show({ trouble: "No sound comes." });
  assert.deepEqual(element.children.map((each) => each.textContent), ["No sound comes."]);
  notices.show({ trouble: "No sound comes.", isReconnecting: true });
  assert.equal(element.children.length, 1);
  notices.show({});
  assert.deepEqual([element.children.length, element.hasAttribute("hidden")], [0, false]);
});
