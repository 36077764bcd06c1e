import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { DeviceField } from "../../proconf_tui/server/page/js/ui/device_field.js";
import { PlainDocument } from "./support/elements.js";

const HEADSET = { deviceId: "headset", name: "Headset" };
const BUILT_IN = { deviceId: "built-in", name: "Built-in" };

let select;
let toggle;
let field;

beforeEach(() => {
  globalThis.document = new PlainDocument();
  field = new DeviceField({ label: "Camera", onChoose: () => {}, onSwitch: () => {} });
  const [head, list] = field.element.children;
  select = list;
  toggle = head.children[1].children[0];
});

afterEach(() => {
  delete globalThis.document;
});

const offered = () => select.children.map(({ textContent }) => textContent);

test("where what was chosen is gone, the only other one can be chosen, for it is not yet", () => {
  field.show({ devices: [HEADSET, BUILT_IN], deviceId: "headset" });
  assert.deepEqual([offered(), select.value], [["Headset", "Built-in"], "headset"]);
  field.show({ devices: [BUILT_IN], deviceId: "headset", problem: "It is gone." });
  assert.deepEqual([offered(), select.value], [["Not connected", "Built-in"], "headset"]);
  field.show({ devices: [BUILT_IN], deviceId: "built-in" });
  assert.deepEqual([offered(), select.value], [["Built-in"], "built-in"]);
});

test("what is not there is not on, and cannot be switched on", () => {
  const none = { devices: [], deviceId: null };
  field.show({ ...none, isOn: true, problem: "There is no camera." });
  assert.deepEqual([toggle.checked, toggle.disabled, offered()], [false, true, ["None available"]]);
  field.show({ ...none, isOn: false });
  assert.deepEqual([toggle.checked, toggle.disabled], [false, false]);
  field.show({ devices: [BUILT_IN], deviceId: "built-in", isOn: true });
  assert.deepEqual([toggle.checked, toggle.disabled], [true, false]);
});
