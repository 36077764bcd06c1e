import assert from "node:assert/strict";
import { test } from "node:test";

import { isComposed, keyOf } from "../../proconf_tui/server/page/js/core/keys.js";

test("what an input method takes is no key, though Safari says that composing is over", () => {
  assert.equal(isComposed({ isComposing: false, keyCode: 229 }), true);
  assert.equal(isComposed({ isComposing: true, keyCode: 13 }), true);
  assert.equal(isComposed({ isComposing: false, keyCode: 13 }), false);
});

test("Caps Lock makes no capital of a letter, Shift alone does", () => {
  assert.equal(keyOf({ key: "A", shiftKey: false }), "a");
  assert.equal(keyOf({ key: "a", shiftKey: true }), "A");
  assert.equal(keyOf({ key: "A", shiftKey: true }), "A");
  assert.equal(keyOf({ key: "?", shiftKey: true }), "?");
  assert.equal(keyOf({ key: "Enter", shiftKey: true }), "Enter");
});
