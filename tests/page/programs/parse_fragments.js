/** Says which token the page finds behind each `#`. */

import { readFileSync } from "node:fs";

import { parseInvite } from "../../../proconf_tui/server/page/js/core/invite.js";

const fragments = JSON.parse(readFileSync(0, "utf8"));
const tokens = fragments.map((text) => parseInvite({ pathname: "/j/room", hash: `#${text}` }).token);
process.stdout.write(JSON.stringify(tokens));
