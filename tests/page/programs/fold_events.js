/** Folds meetings as the page does: `[{state, events, version}]` in, the states after them out. */

import { readFileSync } from "node:fs";

import { cleanMessage } from "../../../proconf_tui/server/page/js/core/boundary.js";
import { follow } from "../../../proconf_tui/server/page/js/core/room_state.js";

const meetings = JSON.parse(readFileSync(0, "utf8"));
const states = meetings
  .map(cleanMessage)
  .map(({ state, events, version }) => follow(state, events, version));
process.stdout.write(JSON.stringify(states));
