import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { WakeLock } from "../../proconf_tui/server/page/js/ui/wake_lock.js";
import { settled } from "./support/platform.js";

let held;
let answers;
const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");

beforeEach(() => {
  held = 0;
  answers = [];
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const request = () => new Promise((answer) => answers.push(() => answer(lock())));
  Object.defineProperty(globalThis, "navigator", {
    value: { wakeLock: { request } },
    configurable: true,
  });
});

afterEach(() => {
  delete globalThis.document;
  delete globalThis.navigator;
  if (before) {
    Object.defineProperty(globalThis, "navigator", before);
  }
});

function lock() {
  held += 1;
  const made = { released: false };
  made.release = async () => {
    made.released = true;
    held -= 1;
  };
  return made;
}

async function answerAll() {
  for (await settled(); answers.length; await settled()) {
    answers.shift()();
  }
}

test("however often the page is turned to, one lock is held, and let go in the end", async () => {
  const wake = new WakeLock();
  wake.wanted = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await answerAll();
  assert.equal(held, 1);
  wake.wanted = false;
  await answerAll();
  assert.equal(held, 0);
});

test("what is wanted no longer when it comes is let go", async () => {
  const wake = new WakeLock();
  wake.wanted = true;
  await settled();
  wake.wanted = false;
  await answerAll();
  assert.equal(held, 0);
});
