/**
 * Where addresses are in a text. Only http and https, only what says openly where it leads; all
 * else stays text, and the parts put together are always the text as it was.
 */

const ADDRESS = /(?<![\p{L}\p{N}_])https?:\/\/[^\s<>"“”«»]+/giu;
const MOST_CHARACTERS = 2_000;
const PUNCTUATION = new Set(".,;:!?'’…*_~`|");
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };

/**
 * Return the text in parts, of which some lead somewhere.
 * @param {string} text
 * @returns {{text: string, href: string|null, host: string|null}[]} `href` is absolute; `host`
 *   is whom a browser asks, in ASCII, if that reads otherwise than what was said
 */
export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const said = trimmed(match[0]);
    const link = linkOf(said);
    if (link) {
      parts.push(plain(text.slice(end, match.index)), link);
      end = match.index + said.length;
    }
  }
  return [...parts, plain(text.slice(end))].filter((part) => part.text);
}

function plain(text) {
  return { text, href: null, host: null };
}

/** What follows an address belongs to its sentence: dots, and brackets that opened before it. */
function trimmed(address) {
  const open = {};
  for (const [close, opening] of Object.entries(OPENED_BY)) {
    open[close] = address.split(opening).length - address.split(close).length;
  }
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1];
    if (last in OPENED_BY && open[last] < 0) {
      open[last] += 1;
    } else if (!PUNCTUATION.has(last)) {
      break;
    }
  }
  return address.slice(0, end);
}

/** Nothing before an "@" is where it leads, and a backslash is not what it looks like. */
function linkOf(said) {
  const [, authority] = /^https?:\/\/([^/?#\\]+)/i.exec(said) ?? [];
  if (!authority || said.length > MOST_CHARACTERS || /[@%]/.test(authority) || said.includes("\\")) {
    return null;
  }
  try {
    const { href, host } = new URL(said);
    return { text: said, href, host: authority.toLowerCase() === host ? null : host };
  } catch {
    return null;
  }
}
