/** What a token says, as far as its holder may look: it checks no signature (RFC 7519). */

const SHORTEST_S = 1;
const UNREADABLE_S = 300;

/** By so much this machine's clock may be fast. */
const CLOCK_S = 60;

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
 * Return what is wrong with a token by its looks.
 *
 * @param {string} token
 * @param {number} nowS since 1970 by this machine's clock
 * @returns {"UNREADABLE"|"EXPIRED"|null}
 */
export function tokenProblem(token, nowS) {
  const claims = claimsOf(token);
  if (claims === null) {
    return "UNREADABLE";
  }
  return typeof claims.exp === "number" && claims.exp + CLOCK_S < nowS ? "EXPIRED" : null;
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
