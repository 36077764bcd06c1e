/** The few numbers of the browser's statistics that a person, or a test, wants to know. */

/** Bitrates and shares from one look to the next. */
export class Rates {
  #last = new Map();
  #sums = new Map();

  /**
   * @param {string} id
   * @param {number} bytes counted so far
   * @param {number} atMs
   * @returns {number|null} bits per second since the last look; null at the first
   */
  bitrateBps(id, bytes, atMs) {
    const last = this.#last.get(id);
    if (last === undefined || atMs > last.atMs) {
      this.#last.set(id, { bytes, atMs });
    }
    const isNews = last !== undefined && atMs > last.atMs && bytes >= last.bytes;
    return isNews ? Math.round(((bytes - last.bytes) * 8000) / (atMs - last.atMs)) : null;
  }

  /**
   * @param {string} id
   * @param {number} [sum] counted so far, of what there are
   * @param {number} [count] so far
   * @returns {number|null} how much came on each since the last look, or so far at the first; null
   *   if none came, or the browser does not count them
   */
  average(id, sum = 0, count = 0) {
    const last = this.#sums.get(id) ?? { sum: 0, count: 0 };
    this.#sums.set(id, { sum, count });
    return count > last.count ? (sum - last.sum) / (count - last.count) : null;
  }
}

/**
 * @param {RTCStatsReport} report
 * @param {Map<string, string>} labels by section id
 * @param {Rates} rates
 * @returns {object[]} for each label: label, bitrateBps, packetsSent, lossShare (0 to 1), rttMs,
 *   and of pictures widthPx, heightPx, fps, framesEncoded, keyframes, limitedBy
 */
export function sendingSummary(report, labels, rates) {
  const all = [...report.values()];
  const remote = new Map(
    all.filter(({ type }) => type === "remote-inbound-rtp").map((each) => [each.localId, each]),
  );
  return all
    .filter(({ type, mid }) => type === "outbound-rtp" && labels.has(mid))
    .map((sent) => sendingOf(sent, remote.get(sent.id), labels.get(sent.mid), rates));
}

function sendingOf(sent, remote, label, rates) {
  const common = {
    label,
    bitrateBps: rates.bitrateBps(sent.id, sent.bytesSent, sent.timestamp),
    packetsSent: sent.packetsSent,
    lossShare: remote?.fractionLost ?? null,
    rttMs: inMs(remote?.roundTripTime),
  };
  return sent.kind === "audio" ? common : {
    ...common,
    widthPx: sent.frameWidth ?? null,
    heightPx: sent.frameHeight ?? null,
    fps: sent.framesPerSecond ?? 0,
    framesEncoded: sent.framesEncoded ?? 0,
    keyframes: sent.keyFramesEncoded ?? 0,
    limitedBy: sent.qualityLimitationReason ?? null,
  };
}

/**
 * @param {RTCStatsReport} report
 * @param {Map<string, object>} feeds the SlotFeeds by section id
 * @param {Rates} rates
 * @returns {object[]} for each stream: peerId, label, bitrateBps, packetsReceived, lossShare (0 to
 *   1), jitterMs, delayMs (how long it waits here to come evenly), of voices audioLevel and
 *   filledShare (0 to 1, what was made up for what did not come), and of pictures widthPx, heightPx, fps,
 *   framesDecoded, freezes; counts are the section's, whoever fed it before
 */
export function receivingSummary(report, feeds, rates) {
  return [...report.values()]
    .filter(({ type, mid }) => type === "inbound-rtp" && feeds.has(mid))
    .map((received) => receivingOf(received, feeds.get(received.mid), rates));
}

function receivingOf(received, feed, rates) {
  const { packetsReceived = 0, packetsLost = 0 } = received;
  const expected = packetsReceived + packetsLost;
  const common = {
    peerId: feed.peerId,
    label: feed.label,
    bitrateBps: rates.bitrateBps(received.id, received.bytesReceived, received.timestamp),
    packetsReceived,
    lossShare: expected > 0 ? Math.max(0, packetsLost) / expected : 0,
    jitterMs: inMs(received.jitter),
    delayMs: inMs(waited(received, rates)),
  };
  return received.kind === "audio" ? { ...common, ...soundOf(received, rates) } : {
    ...common,
    widthPx: received.frameWidth ?? null,
    heightPx: received.frameHeight ?? null,
    fps: received.framesPerSecond ?? 0,
    framesDecoded: received.framesDecoded ?? 0,
    freezes: received.freezeCount ?? 0,
  };
}

function soundOf(received, rates) {
  const { id, concealedSamples, silentConcealedSamples = 0, totalSamplesReceived } = received;
  // Silence that was not sent is made up too, and nothing is missing there.
  const filled = (concealedSamples ?? 0) - silentConcealedSamples;
  return {
    audioLevel: received.audioLevel ?? 0,
    filledShare: rates.average(`${id} filled`, filled, totalSamplesReceived),
  };
}

function waited({ id, jitterBufferDelay, jitterBufferEmittedCount }, rates) {
  return rates.average(`${id} delay`, jitterBufferDelay, jitterBufferEmittedCount) ?? undefined;
}

function inMs(seconds) {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}
