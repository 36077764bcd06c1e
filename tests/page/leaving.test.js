import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { leave } from "../../proconf_tui/server/page/js/ui/leaving.js";
import { PlainDocument } from "./support/elements.js";
import { settled } from "./support/platform.js";

let dialog;
let meeting;

beforeEach(() => {
  const page = new PlainDocument({
    dialog: () => ({
      showModal() {
        dialog = this;
      },
      close() {
        this.dispatchEvent(new Event("close"));
      },
    }),
  });
  globalThis.document = Object.assign(page, {
    body: page.createElement("body"),
    querySelectorAll: () => [],
  });
  const did = [];
  meeting = {
    did,
    state: "connected",
    me: { role: "host" },
    leave: async () => did.push("left"),
    ask: { updateRole: async (...who) => did.push(who) },
  };
});

afterEach(() => {
  delete globalThis.document;
});

const person = (peerId, more) => ({ peerId, name: peerId, isConnected: true, ...more });
const ME = person("me", { isMe: true, isModerator: true });

function answers(element = dialog) {
  const inner = element.children.flatMap((child) => answers(child));
  return element.tagName === "button" && element.textContent ? [element, ...inner] : inner;
}

async function press(words) {
  answers()
    .find(({ textContent }) => textContent.startsWith(words))
    .dispatchEvent(new Event("click"));
  await settled();
}

test("the meeting is handed over to somebody who is there when that is asked", async () => {
  let people = [ME, person("ada")];
  const left = leave(meeting, () => people, assert.fail);
  people = [ME, person("ben")];
  await press("Make somebody else");
  assert.deepEqual(answers().map(({ textContent }) => textContent), ["ben"]);
  await press("ben");
  await left;
  assert.deepEqual(meeting.did, [["ben", "host"], "left"]);
});

test("one answer stands out, and never the one that cannot be undone", async () => {
  for (const people of [[ME], [ME, person("ada")]]) {
    const left = leave(meeting, () => people, assert.fail);
    const primary = answers().filter(({ className }) => className.includes("button-primary"));
    assert.deepEqual(primary, [answers()[0]]);
    dialog.close();
    await left;
  }
  assert.deepEqual(meeting.did, []);
});
