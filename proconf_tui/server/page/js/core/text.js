/**
 * What text from others may look like: no controls, nothing hidden, nothing reordered or piled up.
 *
 * The same rules as proconf_tui/protocol/text.py, so that a name reads alike in a terminal and here.
 * It knows no markup: text reaches the page as text only.
 */

const MARKS_PER_BASE = 4;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

// ECMA-48 strings, CSI sequences, and the other escape sequences of ECMA-35, unterminated ones too.
const CONTROL_SEQUENCE = new RegExp(
  "(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d\\x9e\\x9f])[\\s\\S]*?(?:\\x07|\\x1b\\\\|\\x9c|$)" +
    "|(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?" +
    "|\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?",
  "gu",
);
const LINE_BREAK = /\r\n|[\r\v\f\x85\u2028\u2029]/gu;
const MANY_LINE_BREAKS = /\n{3,}/g;

const BLANK = /[\p{Zs}\t\u2800]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
// New emoji are unassigned where Unicode is older; the joiner and the styles are looked at later.
const HIDDEN = new RegExp(
  "(?![\\n\\u200d\\u{1f000}-\\u{1faff}])" +
    "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u3164" +
    "\\ufe00-\\ufe0d\\uffa0\\ufffc\\u{e0100}-\\u{e01ef}]",
  "gu",
);

const EMOJI =
  "[\\u00a9\\u00ae\\u203c\\u2049\\u2122\\u2139\\u2190-\\u21ff\\u2300-\\u23ff\\u2600-\\u27bf" +
  "\\u2934\\u2935\\u2b00-\\u2bff\\u3030\\u303d\\u3297\\u3299" +
  "\\u{1f000}-\\u{1f3fa}\\u{1f400}-\\u{1faff}]";
const PART = "\\ufe0e\\ufe0f\\u{1f3fb}-\\u{1f3ff}";
const EMOJI_ELEMENT = `${EMOJI}[${PART}]?`;
const WHOLE_EMOJI =
  `${EMOJI_ELEMENT}(?:\\u200d${EMOJI_ELEMENT})*` + "|[0-9#*]\\ufe0f\\u20e3";
const EMOJI_OR_STRAY = new RegExp(`(${WHOLE_EMOJI})|[\\u200d${PART}]`, "gu");
const ONE_EMOJI = new RegExp(`^(?:[\\u{1f1e6}-\\u{1f1ff}]{2}|${WHOLE_EMOJI})$`, "u");
const PART_OF_EMOJI = new RegExp(`[\\u200d${PART}]`, "u");

// Marks, and the vowels and finals that join a Hangul syllable.
const MARK = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/**
 * Return `text` as one line that may be shown.
 *
 * @param {string} text
 * @returns {string}
 */
export function clean(text) {
  return PRINTABLE_ASCII.test(text) ? text : cleaned(text).replaceAll("\n", " ");
}

/**
 * Return `text` as it may be shown, with its line breaks, at most two in a row.
 *
 * @param {string} text
 * @returns {string}
 */
export function cleanLines(text) {
  return PRINTABLE_ASCII.test(text) ? text : cleaned(text).replace(MANY_LINE_BREAKS, "\n\n");
}

/**
 * Return `text` as a display name: one line with single spaces, maybe empty. The server cuts it.
 *
 * @param {string} text
 * @returns {string}
 */
export function cleanName(text) {
  return clean(text).split(" ").filter(Boolean).join(" ");
}

/**
 * Return whether `text` is a single emoji; a joined one and a flag count as one.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isOneEmoji(text) {
  return ONE_EMOJI.test(text);
}

function cleaned(text) {
  const shown = text
    .replace(CONTROL_SEQUENCE, "")
    .replace(LINE_BREAK, "\n")
    .replace(BLANK, " ")
    .replace(LONE_SURROGATE, "\ufffd")
    .replace(HIDDEN, "")
    .replace(EMOJI_OR_STRAY, (_, emoji) => emoji ?? "");
  return MARK.test(shown) ? withoutPilesOfMarks(shown) : shown;
}

function withoutPilesOfMarks(text) {
  let kept = "";
  let marksLeft = 0;
  for (const character of text) {
    if (PART_OF_EMOJI.test(character)) {
      kept += character;
    } else if (!MARK.test(character)) {
      kept += character;
      marksLeft = character === " " || character === "\n" ? 0 : MARKS_PER_BASE;
    } else if (marksLeft > 0) {
      kept += character;
      marksLeft -= 1;
    }
  }
  return kept;
}
