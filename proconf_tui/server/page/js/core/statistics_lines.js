/** The numbers of one's connections in words, a line for each stream. */

import { DEVICES } from "./labels.js";
import { otherName } from "./words.js";

const LEAST_FILLED = 0.001;
const RESTING = "Nothing is sent: nobody looks at it now";

const LIMITS = {
  cpu: "held back by this machine",
  bandwidth: "held back by the network",
  other: "held back by the browser",
};

/**
 * Return what is sent and what comes in, in words.
 *
 * @param {{sending: object[], receiving: object[]}} stats of MediaSession
 * @param {function(string): string} nameOf a peer's name by id
 * @returns {{key: string, name: string, text: string}[]}
 */
export function statisticsLines({ sending, receiving }, nameOf) {
  return [
    ...sending.map((each) => ({
      key: `own ${each.label}`,
      name: `Your ${DEVICES[each.label]}`,
      text: isResting(each) ? RESTING : words(each, ...way(each)),
    })),
    ...receiving.map((each) => ({
      key: `${each.peerId} ${each.label}`,
      name: `${otherName(nameOf(each.peerId))}, ${DEVICES[each.label]}`,
      text: words(each, ...way(each)),
    })),
  ];
}

/** Pictures are sent only while somebody looks. */
function isResting({ label, bitrateBps }) {
  return label !== "audio" && bitrateBps === 0;
}

function way({ rttMs, jitterMs, delayMs, filledShare }) {
  return [
    known(filledShare, (share) => (share >= LEAST_FILLED ? `${percent(share)} filled in` : "")),
    known(rttMs, (rtt) => `${rtt} ms there and back`),
    known(jitterMs, (jitter) => `${jitter} ms jitter`),
    known(delayMs, (delay) => `${delay} ms delayed to play evenly`),
  ];
}

function words(stream, ...more) {
  const parts = [
    known(stream.widthPx, (width) => `${width} × ${stream.heightPx}`),
    known(stream.fps, (fps) => `${Math.round(fps)} pictures/s`),
    known(stream.bitrateBps, bitrate),
    known(stream.lossShare, (share) => `${percent(share)} lost`),
    ...more,
    LIMITS[stream.limitedBy] ?? "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * @param {number} bps bits per second
 * @returns {string} such as `64 kbit/s` or `1.4 Mbit/s`
 */
export function bitrate(bps) {
  return bps < 1_000_000
    ? `${Math.round(bps / 1_000)} kbit/s`
    : `${(bps / 1_000_000).toFixed(1)} Mbit/s`;
}

function percent(share) {
  const isSmall = share > 0 && share < 0.1;
  return `${(100 * share).toFixed(isSmall ? 1 : 0)} %`;
}

function known(value, words) {
  return value === null || value === undefined ? "" : words(value);
}
