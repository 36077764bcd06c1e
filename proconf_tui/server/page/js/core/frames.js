/** The messages of docs/protocol.md as text frames, and back; what comes out is clean. */

import { cleanMessage } from "./boundary.js";
import { ProconfError, refusal } from "./failures.js";
import { MESSAGE_BYTES } from "./limits.js";

/**
 * Return a request as the frame to send.
 *
 * @param {number} id
 * @param {string} method
 * @param {object} [params] plain JSON
 * @returns {string}
 * @throws {ProconfError} LIMIT_EXCEEDED: it is more than the server takes
 */
export function encodeRequest(id, method, params = {}) {
  const frame = JSON.stringify({ id, method, params });
  if (new TextEncoder().encode(frame).length > MESSAGE_BYTES) {
    throw new ProconfError("LIMIT_EXCEEDED", "That is too long for one message; send less.");
  }
  return frame;
}

/**
 * Return what the server says in a frame.
 *
 * @param {string} text
 * @returns {{type: "result", id: number, result: object}
 *   | {type: "refusal", id: number, code: string, message: string}
 *   | {type: "notification", method: string, params: object}}
 * @throws {ProconfError} INVALID_MESSAGE: it is no message of the protocol
 */
export function decode(text) {
  const message = cleanMessage(parsed(text));
  if (typeof message.method === "string") {
    return { type: "notification", method: message.method, params: object(message.params ?? {}) };
  }
  if (!Number.isSafeInteger(message.id)) {
    throw new ProconfError("INVALID_MESSAGE");
  }
  if (message.error === undefined) {
    return { type: "result", id: message.id, result: object(message.result) };
  }
  const { code, message: words } = object(message.error);
  return { type: "refusal", id: message.id, code: String(code), message: String(words ?? "") };
}

/**
 * Return the error that a decoded refusal is.
 *
 * @param {{code: string, message: string}} message
 * @returns {ProconfError}
 */
export function errorOf({ code, message }) {
  return refusal(code, message);
}

function parsed(text) {
  try {
    return object(JSON.parse(text));
  } catch {
    throw new ProconfError("INVALID_MESSAGE");
  }
}

function object(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProconfError("INVALID_MESSAGE");
  }
  return value;
}
