/** Another camera or microphone in the middle of a meeting, in the place of the one that is sent. */

/** Many phones open one camera at a time; then the old one must be let go first. */
const IN_USE = "NotReadableError";

/**
 * Send another device from now on; if it cannot be opened, the one before goes on.
 * @param {import("../meeting/own_streams.js").OwnStreams} own
 * @param {"audio"|"video"} label published
 * @param {string} deviceId
 * @param {{open: function(string): Promise<MediaStreamTrack>, isWanted: function(): boolean}} how
 *   `isWanted` says whether nothing else has been chosen meanwhile
 * @throws {ProconfError} DEVICE_UNAVAILABLE
 */
export async function switchDevice(own, label, deviceId, { open, isWanted }) {
  const track = await opened(own, label, deviceId, open);
  if (isWanted()) {
    await own.replace(label, track);
  } else {
    track.stop();
  }
}

async function opened(own, label, deviceId, open) {
  try {
    return await open(deviceId);
  } catch (error) {
    const before = own.trackOf(label);
    if (error.cause?.name !== IN_USE || before === null) {
      throw error;
    }
    return openInstead(own, label, { before, deviceId, open });
  }
}

async function openInstead(own, label, { before, deviceId, open }) {
  const { deviceId: idBefore } = before.getSettings();
  before.stop();
  try {
    return await open(deviceId);
  } catch (error) {
    await own.replace(label, await open(idBefore));
    throw error;
  }
}
