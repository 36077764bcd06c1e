/**
 * What the page reads and changes in session descriptions (RFC 8866). Pure.
 */

/**
 * @param {string} sdp
 * @returns {string|null} the session's id in the `o=` line: the same in every offer of a connection
 */
export function sessionId(sdp) {
  const origin = /^o=\S+ (\S+)/m.exec(sdp);
  return origin === null ? null : origin[1];
}

/**
 * Ask one's own encoder to leave silence out (RFC 7587 section 6.1, `usedtx`).
 * @param {string} answer the server's
 * @returns {string}
 */
export function withoutSilence(answer) {
  const opus = /^a=rtpmap:(\d+) opus\/48000/im.exec(answer);
  if (opus === null) {
    return answer;
  }
  const parameters = new RegExp(`^(a=fmtp:${opus[1]} )(?!.*usedtx)(.*?)(\\r?)$`, "gm");
  return answer.replace(parameters, "$1$2;usedtx=1$3");
}
