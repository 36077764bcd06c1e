/**
 * Whether what comes over a slot is really of whom the map of the slots names.
 *
 * A slot is used for one person after another, and the map comes by another way than sound and
 * pictures. Packets name their source (the CSRC of RFC 3550 section 5.1), which is what tells.
 * Pure: instants come in as milliseconds of one clock.
 */

/** Without sources, or in silence, how long something of the one before may still come. */
const SETTLING_MS = 500;

/**
 * @typedef {object} Arrival
 * @property {number} source
 * @property {number} timestamp when something of it was last played or shown
 * @property {number} [rtpTimestamp] of what that was (RFC 3550 section 5.1)
 */

/**
 * @param {Arrival[]} arrivals as of `getContributingSources()`
 * @returns {Arrival|null} whose came last
 */
export function newest(arrivals) {
  return arrivals.reduce(
    (last, each) => (last === null || each.timestamp > last.timestamp ? each : last),
    null,
  );
}

/**
 * @param {{kind: "audio"|"video", source: number}} feed as the map has it
 * @param {Arrival|null} last
 * @param {number} changedAtMs when the slot got this feed
 * @param {boolean} isFirst whether nobody had the slot before
 * @param {number} nowMs
 * @returns {boolean}
 */
export function isTheirs(feed, last, changedAtMs, isFirst, nowMs) {
  if (last !== null && feed.source !== 0 && last.source === feed.source) {
    return true;
  }
  if (feed.kind === "video" && feed.source !== 0) {
    return false;
  }
  if (isFirst && last === null) {
    return true;
  }
  // Who is silent sends nothing that could tell: their first syllable must not wait for it.
  const lastOfOthersMs = last === null || feed.source === 0 ? 0 : last.timestamp;
  return nowMs - Math.max(changedAtMs, lastOfOthersMs) >= SETTLING_MS;
}

/**
 * A slot's RTP timestamps go on whoever feeds it: what is newer than all of others is theirs.
 * @param {number} source of the feed
 * @param {Arrival[]} arrivals
 * @param {number} rtpTimestamp of a picture that is shown
 * @returns {boolean} whether the picture is from `source`
 */
export function isPictureOf(source, arrivals, rtpTimestamp) {
  const isSeen = arrivals.some((each) => each.source === source);
  const others = arrivals.filter((each) => each.source !== source);
  return isSeen && others.every((each) => isAfter(rtpTimestamp, each.rtpTimestamp));
}

function isAfter(one, other) {
  const passed = (one - other) >>> 0;
  return passed > 0 && passed < 0x8000_0000;
}
