/** Small texts of the meeting: initials, durations, lists. Names are cleaned before. */

const LOOKALIKES = { у: "y", ү: "y", γ: "y", о: "o", ο: "o", օ: "o", 0: "o", υ: "u", ս: "u" };
const CALLED_YOU = /^[^\p{L}]*you(?:[^\p{L}]*$|\s*[^\p{L}\s'’-]|\s+-)|[([{<]\s*you\b/u;
const TOLD_CHARACTERS = 200;

/**
 * Return somebody's name, which is never empty.
 * @param {string} name
 * @returns {string}
 */
export function nameOr(name) {
  return name.trim() || "Unnamed";
}

/**
 * Return the name of somebody else, which never reads as if it were oneself.
 * @param {string} name
 * @returns {string}
 */
export function otherName(name) {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/./gu, (letter) => LOOKALIKES[letter] ?? letter);
  return CALLED_YOU.test(plain.trim()) ? `(not you) ${nameOr(name)}` : nameOr(name);
}

/**
 * Return as much of a text as somebody listens to.
 * @param {string} text
 * @returns {string}
 */
export function shortened(text) {
  const characters = [...text];
  return characters.length > TOLD_CHARACTERS
    ? `${characters.slice(0, TOLD_CHARACTERS - 1).join("")}…`
    : text;
}

/**
 * Return one or two capital letters that stand for a name.
 * @param {string} name
 * @returns {string}
 */
export function initials(name) {
  const words = name.split(/[\s-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0]).join("").toUpperCase() || "·";
}

/**
 * Return `0:42`, `12:05` or `1:02:03`.
 * @param {number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  const rest = `${two(whole % 60)}`;
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/**
 * Return `a`, `a and b` or `a, b and c`.
 * @param {string[]} items at least one
 * @param {string} [word]
 * @returns {string}
 */
export function listed(items, word = "and") {
  const others = items.slice(0, -1);
  const last = items[items.length - 1];
  return others.length ? `${others.join(", ")} ${word} ${last}` : last;
}
