/** The invite link `/j/ROOM#TOKEN`, as proconf_tui/sdk/address.py writes it. */

import { isRoomId } from "./boundary.js";
import { ProconfError } from "./failures.js";
import { cleanName } from "./text.js";
import { claimsOf, tokenProblem } from "./tokens.js";

const INVITE_AUDIENCE = "proconf-invite";
const PROBLEMS = {
  UNREADABLE: "This invite link is not whole; open all of it, as it was given to you.",
  EXPIRED: "This invite has expired; ask for a new one.",
};

/** What a link says beside its token. */
const FIELDS = /(^|:)[a-z]+=.*$/s;

/**
 * Return what an invite link says. What follows the token (`:pin=…`) is for terminals.
 *
 * @param {{pathname: string, hash: string}} location
 * @returns {{roomId: string, token: string|null, isInvite: boolean, name: string|null}} a token
 *   that is no invite is one's own, and is joined with as it is; `name` is what it calls one, if
 *   it does
 * @throws {ProconfError} ROOM_NOT_FOUND: the link names no room
 */
export function parseInvite({ pathname, hash }) {
  const roomId = roomOf(pathname);
  const token = hash.replace(/^#/, "").replace(FIELDS, "") || null;
  const claims = token === null ? null : claimsOf(token);
  return {
    roomId,
    token,
    isInvite: claims?.aud === INVITE_AUDIENCE,
    name: typeof claims?.name === "string" ? cleanName(claims.name) || null : null,
  };
}

/**
 * Return the link that one can pass on: the one by which one came, with whatever it says to
 * terminals. A link that is one's own is nobody else's.
 *
 * @param {{origin: string, pathname: string, hash: string}} location
 * @param {{token: string|null, isInvite: boolean}} invite what is in it
 * @returns {?Link}
 * @typedef {{url: string, needsPasscode: boolean}} Link
 */
export function linkToPassOn({ origin, pathname, hash }, { token, isInvite }) {
  const isOwn = token !== null && !isInvite;
  return isOwn ? null : { url: origin + pathname + hash, needsPasscode: token === null };
}

/**
 * Return what is wrong with a link by its looks, for who opens it; empty if nothing is.
 *
 * @param {{token: string|null}} invite what is in it
 * @param {number} nowS since 1970 by this machine's clock
 * @returns {string}
 */
export function linkProblem({ token }, nowS) {
  return token === null ? "" : (PROBLEMS[tokenProblem(token, nowS)] ?? "");
}

function roomOf(pathname) {
  const roomId = /^\/j\/([^/]+)\/?$/.exec(pathname)?.[1] ?? "";
  if (!isRoomId(roomId)) {
    throw new ProconfError("ROOM_NOT_FOUND", "This link names no meeting; check the invite link.");
  }
  return roomId;
}
