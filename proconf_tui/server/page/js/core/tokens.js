/** What a token says, as far as its holder may look: it checks no signature (RFC 7519). */

const SHORTEST_S = 1;
const UNREADABLE_S = 300;

/**
 * Return the claims of a token, unchecked; null for what is no JWT.
 *
 * @param {string} token
 * @returns {object|null}
 */
export function claimsOf(token) {
  try {
    const base64 = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" ? claims : null;
  } catch {
    return null;
  }
}

/**
 * Return half of what is left of a token, after which the next one is asked for.
 *
 * @param {string} token
 * @param {number|null} nowS since 1970 by this machine's clock; null for when the token was made
 * @returns {number} seconds
 */
export function halfLeftS(token, nowS) {
  const { nbf, exp } = claimsOf(token) ?? {};
  if (typeof nbf !== "number" || typeof exp !== "number") {
    return UNREADABLE_S;
  }
  return Math.max(SHORTEST_S, (exp - Math.max(nbf, nowS ?? nbf)) / 2);
}
