import assert from "node:assert/strict";
import { test } from "node:test";

import { meant } from "../../proconf_tui/server/page/js/core/slash.js";

const OTHERS = ["Ann", "Ann Lee", "Anna", "Straße 7", "Ben", "Ben"].map((name, index) => ({
  peerId: `p${index}`,
  name,
}));

function reads(line) {
  const { text, toPeerId, problem } = meant(line, OTHERS);
  assert.equal(problem, "");
  return [toPeerId, text];
}

test("a line without a slash is for whoever was chosen, and two slashes say one", () => {
  assert.deepEqual(reads("1/2 to ann"), [null, "1/2 to ann"]);
  assert.deepEqual(reads("//to ann"), [null, "/to ann"]);
});

test("what is for one alone is for nobody else, by the longest name that somebody has", () => {
  assert.deepEqual(reads("/to ann lee hello"), ["p1", "hello"]);
  assert.deepEqual(reads("/to Ann leads us"), ["p0", "leads us"]);
  assert.deepEqual(reads("/to @ANNA  two  spaces\nand lines"), ["p2", "two  spaces\nand lines"]);
  assert.deepEqual(reads("/to STRASSE 7 hi"), ["p3", "hi"]);
  assert.deepEqual(reads("/to str hi"), ["p3", "hi"]);
});

test("what is not understood is said to nobody", () => {
  for (const [line, words] of [
    ["/wat", "There is no command /wat here"],
    ["/tomorrow at nine", "There is no command /tomorrow here"],
    ["/", "There is no command / here"],
    ["/to", "Say to whom and what"],
    ["/to ann", "Say to whom and what"],
    ["/to ann lee", "Say what Ann Lee is to read"],
    ["/to carla hi", "Nobody here is called “carla”"],
    ["/to ben hi", "Several people are called “ben”"],
  ]) {
    const { text, toPeerId, problem } = meant(line, OTHERS);
    assert.deepEqual([text, toPeerId, problem.startsWith(words)], ["", null, true], problem);
  }
});
