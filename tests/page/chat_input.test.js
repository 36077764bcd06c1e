import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ChatInput } from "../../proconf_tui/server/page/js/ui/chat_input.js";
import { PlainDocument } from "./support/elements.js";

let box;
let form;
let sent;
let input;

beforeEach(() => {
  globalThis.document = new PlainDocument({
    select: () => ({ value: "", selectedOptions: [] }),
    textarea: () => ({ value: "" }),
  });
  sent = [];
  input = new ChatInput({ onSend: (line) => sent.push(line) });
  form = input.element;
  box = form.children[1].children[0];
  const person = (peerId, name) => [peerId, { peerId, name }];
  input.showPeople(Object.fromEntries([person("me", "Ada"), person("b", "Ben")]), "me");
});

afterEach(() => {
  delete globalThis.document;
});

function say(text) {
  box.value = text;
  form.dispatchEvent(new Event("submit", { cancelable: true }));
}

function enter(more) {
  const event = Object.assign(new Event("keydown", { cancelable: true }), { key: "Enter", ...more });
  box.dispatchEvent(event);
}

test("what is said to one reaches nobody else, and comes back whole if it cannot be sent", () => {
  say("/to ben a secret");
  assert.deepEqual(sent, [{ text: "a secret", to: "b", entered: "/to ben a secret" }]);
  assert.equal(box.value, "");
  input.giveBack(sent[0].entered, "They left.");
  assert.equal(box.value, "/to ben a secret");
});

test("what begins with a slash and is no command is not sent, but stays", () => {
  say("/wat is this");
  say("/to ada myself");
  assert.deepEqual(sent, []);
  assert.equal(box.value, "/to ada myself");
  say("//slash");
  assert.deepEqual(sent, [{ text: "/slash", to: null, entered: "//slash" }]);
});

test("an Enter that an input method takes sends nothing", () => {
  box.value = "にほん";
  enter({ isComposing: false, keyCode: 229 });
  assert.deepEqual(sent, []);
  enter({ isComposing: false, keyCode: 13 });
  assert.equal(sent.length, 1);
});
