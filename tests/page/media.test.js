import assert from "node:assert/strict";
import { test } from "node:test";

import { Reach } from "../../proconf_tui/server/page/js/media/reach.js";
import { Repair } from "../../proconf_tui/server/page/js/media/repair.js";
import { Watching } from "../../proconf_tui/server/page/js/media/watching.js";
import { Rates, receivingSummary } from "../../proconf_tui/server/page/js/media/statistics.js";
import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";

/** Time that passes when it is told to, with all that follows from it. */
class Clock {
  nowMs = 0;
  #due = [];

  after = (delayMs, call) => {
    const timer = { atMs: this.nowMs + delayMs, call };
    this.#due.push(timer);
    return () => (this.#due = this.#due.filter((each) => each !== timer));
  };

  async pass(ms) {
    const untilMs = this.nowMs + ms;
    await settled();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.nowMs = next.atMs;
      this.#due = this.#due.filter((each) => each !== next);
      next.call();
      await settled();
    }
    this.nowMs = untilMs;
  }

  #next(untilMs) {
    const due = this.#due.filter((each) => each.atMs <= untilMs);
    return due.sort((one, other) => one.atMs - other.atMs)[0];
  }
}

function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

function tile(widthPx) {
  return { peerId: "a", label: "video", widthPx, heightPx: 160 };
}

function watchingWith(clock, answer = async () => ({})) {
  const said = [];
  const request = (method, { streams }) => {
    said.push(streams.map(({ widthPx }) => widthPx));
    return answer(method);
  };
  return { said, watching: new Watching({ request, platform: clock }) };
}

test("what one looks at is said once one is in, and again when one comes back", async () => {
  const clock = new Clock();
  const { said, watching } = watchingWith(clock);
  watching.watch([tile(320)]);
  await clock.pass(1000);
  assert.deepEqual(said, []);
  watching.sayAgain();
  await clock.pass(1000);
  assert.deepEqual(said, [[320]]);
  watching.sayAgain();
  await clock.pass(1000);
  assert.deepEqual(said, [[320], [320]]);
});

test("of many wishes in a moment the first and the last are said", async () => {
  const clock = new Clock();
  const { said, watching } = watchingWith(clock);
  watching.sayAgain();
  for (const widthPx of [16, 32, 48, 64]) {
    watching.watch([tile(widthPx)]);
  }
  await clock.pass(249);
  assert.deepEqual(said, [[16]]);
  await clock.pass(1);
  assert.deepEqual(said, [[16], [64]]);
});

test("the same wish is no news", async () => {
  const clock = new Clock();
  const { said, watching } = watchingWith(clock);
  watching.sayAgain();
  watching.watch([tile(320)]);
  await clock.pass(1000);
  watching.watch([tile(320)]);
  await clock.pass(1000);
  assert.deepEqual(said, [[320]]);
});

test("what was refused is said again later, or at once if something else is wished", async () => {
  const clock = new Clock();
  const refusals = [new ProconfError("LIMIT_EXCEEDED"), new ProconfError("LIMIT_EXCEEDED")];
  const { said, watching } = watchingWith(clock, async () => {
    if (refusals.length > 0) {
      throw refusals.pop();
    }
  });
  watching.sayAgain();
  watching.watch([tile(16)]);
  await clock.pass(4999);
  assert.deepEqual(said, [[16]]);
  await clock.pass(500);
  assert.deepEqual(said, [[16], [16]]);
  watching.watch([tile(32)]);
  await clock.pass(500);
  assert.deepEqual(said, [[16], [16], [32]]);
});

test("without a connection nothing is said until one is back", async () => {
  const clock = new Clock();
  let isLost = true;
  const { said, watching } = watchingWith(clock, async () => {
    if (isLost) {
      throw new ProconfError("LOST");
    }
  });
  watching.sayAgain();
  watching.watch([tile(16)]);
  await clock.pass(60_000);
  assert.deepEqual(said, [[16]]);
  isLost = false;
  watching.sayAgain();
  await clock.pass(1000);
  assert.deepEqual(said, [[16], [16]]);
});

test("a repair is tried more and more patiently, and promptly after it helped", async () => {
  const clock = new Clock();
  const triedAtMs = [];
  let failures = 3;
  const work = async () => {
    triedAtMs.push(clock.nowMs);
    failures -= 1;
    if (failures >= 0) {
      throw new ProconfError("LIMIT_EXCEEDED");
    }
  };
  const repair = new Repair(work, clock);
  const running = repair.run();
  repair.run();
  await clock.pass(20_000);
  await running;
  assert.deepEqual(triedAtMs, [100, 600, 2600, 7600]);
  repair.succeeded();
  const again = repair.run();
  await clock.pass(100);
  await again;
  assert.equal(triedAtMs.at(-1), 20_100);
});

test("a repair is given up where it never helps, and at once without signalling", async () => {
  for (const [code, tries] of [["LIMIT_EXCEEDED", 9], ["LOST", 1]]) {
    const clock = new Clock();
    let tried = 0;
    const repair = new Repair(async () => {
      tried += 1;
      throw new ProconfError(code);
    }, clock);
    const running = repair.run();
    const refused = assert.rejects(running, { code });
    await clock.pass(120_000);
    await refused;
    assert.equal(tried, tries);
  }
});

test("nothing is repaired after the end", async () => {
  const clock = new Clock();
  const repair = new Repair(async () => assert.fail("repaired"), clock);
  const running = repair.run();
  repair.close();
  await clock.pass(1000);
  await running;
});

test("a connection that does not come up is told once, and when it does", async () => {
  const clock = new Clock();
  const told = [];
  const reach = new Reach(() => told.push(reach.trouble), clock);
  reach.described("subscribing", "a=candidate:1 1 udp 1 192.0.2.7 7000 typ host");
  reach.changed("subscribing", "connecting");
  reach.changed("publishing", "connecting");
  await clock.pass(8999);
  assert.deepEqual(told, []);
  await clock.pass(1);
  assert.equal(told.length, 1);
  assert.match(told[0], /nothing answers at 192\.0\.2\.7 UDP port 7000\. Ask/);
  reach.changed("publishing", "connected");
  assert.equal(told.length, 1);
  reach.changed("subscribing", "connected");
  assert.deepEqual(told.slice(1), [null]);
});

test("attempts that fail soon are one trouble, and without signalling there is none", async () => {
  const clock = new Clock();
  const told = [];
  const reach = new Reach(() => told.push(reach.trouble), clock);
  reach.changed("publishing", "connecting");
  await clock.pass(5000);
  reach.changed("publishing", "failed");
  reach.changed("publishing", "connecting");
  await clock.pass(4000);
  assert.equal(told.length, 1);

  const other = new Reach(() => assert.fail("told"), clock);
  other.changed("publishing", "connecting");
  other.stop();
  await clock.pass(20_000);
  assert.equal(other.trouble, null);
});

test("a bitrate is measured from one look to the next, and not across a new count", () => {
  const rates = new Rates();
  assert.equal(rates.bitrateBps("a", 1000, 1000), null);
  assert.equal(rates.bitrateBps("a", 2000, 2000), 8000);
  assert.equal(rates.bitrateBps("b", 2000, 2000), null);
  assert.equal(rates.bitrateBps("a", 100, 3000), null);
  assert.equal(rates.bitrateBps("a", 600, 3500), 8000);
});

test("delay and what is made up are those since the last look, silence aside", () => {
  const rates = new Rates();
  const feeds = new Map([["1", { peerId: "a", label: "audio" }]]);
  const look = (more) => {
    const voice = { id: "in", type: "inbound-rtp", kind: "audio", mid: "1", bytesReceived: 0 };
    const [line] = receivingSummary(new Map([["in", { ...voice, ...more }]]), feeds, rates);
    return [line.delayMs, line.filledShare];
  };
  const first = { jitterBufferDelay: 4, jitterBufferEmittedCount: 100, totalSamplesReceived: 1000 };
  assert.deepEqual(look({ ...first, concealedSamples: 0 }), [40, 0]);
  const next = { jitterBufferDelay: 14, jitterBufferEmittedCount: 200, totalSamplesReceived: 2000 };
  const filled = { concealedSamples: 300, silentConcealedSamples: 100 };
  assert.deepEqual(look({ ...next, ...filled }), [100, 0.2]);
  assert.deepEqual(look({ ...next, ...filled }), [null, null]);
  assert.deepEqual(look({}), [null, null]);
});
