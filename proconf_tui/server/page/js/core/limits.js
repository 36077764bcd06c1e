/** How much may be sent and how often, as in proconf_tui/protocol/limits.py. */

export const PROTOCOL_VERSION = 1;

export const MESSAGE_BYTES = 128 * 1024;
export const CHAT_CHARACTERS = 4000;
export const NAME_CELLS = 48;
export const JSON_DEPTH = 16;
export const PENDING_REQUESTS = 128;

/** Of a reaction: as many as the longest joined emoji has. */
export const REACTION_CHARACTERS = 8;

/** Of the public chat, and of the private lines between any two. */
export const CHAT_LINES_KEPT = 500;
export const CHAT_CHARACTERS_KEPT = 100_000;
export const PRIVATE_LINES_KEPT = 50;
export const PRIVATE_CHARACTERS_KEPT = 20_000;

export const HEARTBEAT_S = 5;
export const PINGS_A_HEARTBEAT = 2;

/** A client that hears nothing for so many heartbeats connects anew. */
export const LOST_AFTER_HEARTBEATS = 1.5;
