/** Peer connections as this program uses them; whose streams they carry is decided elsewhere. */

import { ProconfError } from "../core/failures.js";

/** A connection that is cut for so long does not come back by itself. */
const DISCONNECTED_MS = 5000;

/**
 * @param {RTCIceServer[]} iceServers
 * @param {(state: string) => void} tell hears the connection's state at each change while it is
 *   open, "failed" also where it stays "disconnected"
 * @param {import("../net/platform.js").Platform} platform
 * @returns {RTCPeerConnection}
 */
export function openConnection(iceServers, tell, platform) {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
  let forgive = () => {};
  const giveUp = () => pc.connectionState === "disconnected" && tell("failed");
  const changed = () => {
    forgive();
    if (pc.connectionState === "disconnected") {
      forgive = platform.after(DISCONNECTED_MS, giveUp);
    }
    tell(pc.connectionState);
  };
  pc.addEventListener("connectionstatechange", changed);
  return pc;
}

/**
 * Apply the server's description.
 * @param {RTCPeerConnection} pc
 * @param {"offer"|"answer"} type
 * @param {string} sdp
 * @returns {Promise<void>} rejects with INVALID_MESSAGE where the browser cannot use it
 */
export async function applyRemote(pc, type, sdp) {
  try {
    await pc.setRemoteDescription({ type, sdp });
  } catch (error) {
    throw unusable(type, error);
  }
}

/**
 * Make one's own description and apply it.
 * @param {RTCPeerConnection} pc
 * @returns {Promise<string>} the SDP; rejects with INVALID_MESSAGE where the browser has none
 */
export async function describe(pc) {
  try {
    await pc.setLocalDescription();
  } catch (error) {
    throw unusable("description", error);
  }
  return pc.localDescription.sdp;
}

function unusable(what, cause) {
  const error = new ProconfError("INVALID_MESSAGE", `The media ${what} cannot be used.`);
  error.cause = cause;
  return error;
}
