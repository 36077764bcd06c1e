/** Tells which colours stand for these people in the page. */

import { readFileSync } from "node:fs";

import { avatarNumber } from "../../../proconf_tui/server/page/js/core/avatar.js";

const { keys } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(keys.map(avatarNumber)));
