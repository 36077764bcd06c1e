/** Small texts of the meeting: initials, durations, lists. Names are cleaned before. */

const AVATARS = 8;

/**
 * Return somebody's name, which is never empty.
 * @param {string} name
 * @returns {string}
 */
export function nameOr(name) {
  return name.trim() || "Unnamed";
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

/**
 * Return the number of the colour that always stands for this person.
 * @param {string} key
 * @returns {number} 0 to 7
 */
export function avatarNumber(key) {
  let sum = 0;
  for (const character of key) {
    sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  }
  return sum % AVATARS;
}
