import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ProconfError } from "../../proconf_tui/server/page/js/core/failures.js";
import { openUsual } from "../../proconf_tui/server/page/js/media/devices.js";
import { Equipment } from "../../proconf_tui/server/page/js/ui/equipment.js";

let connected;
let devices;

beforeEach(() => {
  connected = ["built-in"];
  const open = async (deviceId = null) => {
    const found = deviceId ?? connected[0];
    if (!connected.includes(found)) {
      const cause = new DOMException("", "OverconstrainedError");
      throw Object.assign(new ProconfError("DEVICE_UNAVAILABLE", "It is not there."), { cause });
    }
    return { stop: () => {}, getSettings: () => ({ deviceId: found }) };
  };
  devices = {
    openCamera: open,
    openMicrophone: open,
    openUsual,
    listDevices: async () => ({ cameras: [], microphones: [], speakers: [] }),
    watchDevices: () => () => {},
    whenEnded: () => {},
  };
});

test("who left their headset at home joins with what is there, and has it again tomorrow", async () => {
  const store = { devices: { microphone: "headset" } };
  const today = new Equipment(devices, store);
  await today.start();
  const { deviceId, problem } = today.of("microphone");
  assert.deepEqual([deviceId, problem], ["built-in", ""]);
  await today.setOn("microphone", false);
  await today.setOn("microphone", true);
  connected = ["built-in", "headset"];
  const tomorrow = new Equipment(devices, store);
  await tomorrow.start();
  assert.equal(tomorrow.of("microphone").deviceId, "headset");
});

test("what is chosen now is used, or said not to be there", async () => {
  const equipment = new Equipment(devices, { devices: {} });
  await equipment.start();
  await equipment.choose("camera", "gone");
  const { track, problem } = equipment.of("camera");
  assert.deepEqual([track, problem], [null, "It is not there."]);
});
