/** The invite link `/j/ROOM#TOKEN`, as proconf_tui/sdk/address.py writes it. */

import { isRoomId } from "./boundary.js";
import { ProconfError } from "./failures.js";
import { claimsOf } from "./tokens.js";

const INVITE_AUDIENCE = "proconf-invite";

/**
 * Return what an invite link says. What follows the token (`&pin=…`) is for terminals.
 *
 * @param {{pathname: string, hash: string}} location
 * @returns {{roomId: string, token: string|null, isInvite: boolean}} a token that is no invite is
 *   one's own, and is joined with as it is
 * @throws {ProconfError} ROOM_NOT_FOUND: the link names no room
 */
export function parseInvite({ pathname, hash }) {
  const roomId = roomOf(pathname);
  const token = hash
    .replace(/^#/, "")
    .split("&")
    .find((part) => part !== "" && !part.includes("="));
  return {
    roomId,
    token: token ?? null,
    isInvite: token !== undefined && claimsOf(token)?.aud === INVITE_AUDIENCE,
  };
}

function roomOf(pathname) {
  const roomId = /^\/j\/([^/]+)\/?$/.exec(pathname)?.[1] ?? "";
  if (!isRoomId(roomId)) {
    throw new ProconfError("ROOM_NOT_FOUND", "This link names no meeting; check the invite link.");
  }
  return roomId;
}
