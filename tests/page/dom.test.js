import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { staying } from "../../proconf_tui/server/page/js/core/staying.js";
import { el, reconcile } from "../../proconf_tui/server/page/js/ui/dom.js";
import { PlainDocument } from "./support/elements.js";

beforeEach(() => {
  globalThis.document = new PlainDocument();
});

afterEach(() => {
  delete globalThis.document;
});

/** Draws rows of these keys; returns which of them were moved or made for that. */
function rows() {
  const list = el("ul");
  const elements = new Map();
  const moved = [];
  const { insertBefore } = list;
  list.insertBefore = (child, next) => {
    moved.push(child.id);
    insertBefore.call(list, child, next);
  };
  return (keys) => {
    moved.length = 0;
    const create = (id) => el("li", { props: { id } });
    reconcile(list, elements, [...keys], { key: (each) => each, create });
    assert.equal(list.children.map(({ id }) => id).join(""), keys);
    return moved.toSorted().join("");
  };
}

test("of rows that change their order, as few as can be are moved", () => {
  const draw = rows();
  assert.equal(draw("mabcd"), "abcdm");
  assert.equal(draw("mcabd"), "c");
  assert.equal(draw("mabcd"), "c");
  assert.equal(draw("mabcd"), "");
  assert.equal(draw("bxcdm"), "mx");
  assert.equal(draw(""), "");
});

test("who stays is in ascending order, and no more could", () => {
  assert.deepEqual(staying([]), new Set());
  assert.deepEqual(staying([-1, -1]), new Set());
  assert.deepEqual(staying([3, 0, 1, -1, 2]), new Set([1, 2, 4]));
  assert.deepEqual(staying([2, 1, 0]).size, 1);
});
