import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { LevelMeter } from "../../proconf_tui/server/page/js/media/level_meter.js";

let context;

beforeEach(() => {
  globalThis.AudioContext = class {
    state = "running";
    resumed = 0;

    constructor() {
      context = this;
    }

    createMediaStreamSource = () => ({ connect: () => {}, disconnect: () => {} });

    async resume() {
      this.resumed += 1;
    }

    async close() {
      this.state = "closed";
    }
  };
  globalThis.AnalyserNode = class {
    getFloatTimeDomainData = (samples) => samples.fill(0.1);
  };
  globalThis.MediaStream = class {};
  globalThis.navigator ??= {};
});

afterEach(() => {
  for (const name of ["AudioContext", "AnalyserNode", "MediaStream"]) {
    delete globalThis[name];
  }
});

test("a tenth of full scale is 20 dB below it", () => {
  assert.equal(Math.round(new LevelMeter({}).dbfs), -20);
});

for (const state of ["suspended", "interrupted"]) {
  test(`while sound is ${state} there is nothing to read, and it is asked for again`, () => {
    const meter = new LevelMeter({});
    context.state = state;
    assert.deepEqual([meter.isSuspended, meter.dbfs, context.resumed], [true, -127, 1]);
    context.state = "running";
    assert.equal(Math.round(meter.dbfs), -20);
  });
}
