import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { PlainDocument } from "./support/elements.js";

let asked;
let resized;
let room;

/** Lets a button be seen where there is room for it, and counts who asks. */
function laidOut(button) {
  const get = () => {
    asked += 1;
    return room.has(button.dataset.action ?? "more") ? {} : null;
  };
  return Object.defineProperty(button, "offsetParent", { get });
}

beforeEach(() => {
  asked = 0;
  room = new Set(["microphone", "screen", "leave"]);
  globalThis.ResizeObserver = class {
    constructor(listener) {
      resized = listener;
    }
    observe() {}
    disconnect() {
      resized = null;
    }
  };
  globalThis.document = new PlainDocument();
  const createElement = document.createElement.bind(document);
  document.createElementNS = (_, tag) => createElement(tag);
  document.createElement = (tag) => {
    const element = createElement(tag);
    element.classList = { add: () => {} };
    return tag === "button" ? laidOut(element) : element;
  };
});

afterEach(() => {
  delete globalThis.document;
  delete globalThis.ResizeObserver;
});

async function toolbar(looks) {
  const { Toolbar } = await import("../../proconf_tui/server/page/js/ui/toolbar.js");
  const actions = Object.keys(looks).map((id) => ({
    id,
    rank: "always",
    look: () => looks[id],
    run: () => {},
  }));
  const how = { onRefused: () => {}, onPointed: () => {}, hasKeys: () => true };
  return new Toolbar(actions, how);
}

const look = (label, tone) => ({ label, icon: "more", tone });

test("the page is not laid out at each look, only where other buttons may be seen", async () => {
  const looks = {
    microphone: look("Mute"),
    screen: look("Share screen"),
    leave: look("Leave", "danger"),
  };
  const bar = await toolbar(looks);
  resized();
  asked = 0;
  bar.update();
  bar.update();
  assert.equal(asked, 0);
  looks.screen = look("Stop sharing", "on");
  bar.update();
  assert.ok(asked > 0);
});

test("what there is no room for is under More, until there is", async () => {
  const bar = await toolbar({ microphone: look("Mute"), screen: look("Share screen") });
  resized();
  const [microphone, more] = [bar.buttonOf("microphone"), bar.element.children.at(-2)];
  room.delete("microphone");
  resized();
  assert.equal(bar.buttonOf("microphone"), more);
  room.add("microphone");
  resized();
  assert.equal(bar.buttonOf("microphone"), microphone);
  bar.close();
  assert.equal(resized, null);
});
