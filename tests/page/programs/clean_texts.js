/** Cleans texts as the page does, and says which of the code points this Unicode does not know. */

import { readFileSync } from "node:fs";

import {
  clean,
  cleanLines,
  cleanName,
  isOneEmoji,
} from "../../../proconf_tui/server/page/js/core/text.js";

const { texts, points } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(
  JSON.stringify({
    cleaned: texts.map((text) => [
      clean(text),
      cleanLines(text),
      cleanName(text),
      isOneEmoji(text),
    ]),
    unknown: points.filter((point) => /\p{Cn}/u.test(String.fromCodePoint(point))),
  }),
);
