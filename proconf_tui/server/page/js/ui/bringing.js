/** What one chose before the meeting is brought into it: published as soon as one is in. */

import { wordsOf } from "../core/failures.js";
import { mayProduce } from "../core/people.js";

const LABELS = { microphone: "audio", camera: "video" };

/**
 * Publish what is on; a device that is only just being opened is waited for.
 * @param {import("../meeting/meeting.js").Meeting} meeting one is in
 * @param {import("./equipment.js").Equipment} equipment closed afterwards
 * @param {function(string, object=): void} tell
 */
export async function bringDevices(meeting, equipment, tell) {
  await Promise.all(Object.keys(LABELS).map((kind) => bring(meeting, equipment, tell, kind)));
  equipment.close();
}

async function bring(meeting, equipment, tell, kind) {
  const track = await equipment.handOver(kind);
  if (!track) {
    return;
  }
  if (meeting.feeds === null || !mayProduce(meeting.room, meeting.meId, LABELS[kind])) {
    track.stop();
    tell(`Your ${kind} stays off; the moderators do not allow it now.`, { isShown: true });
    return;
  }
  try {
    await meeting.own.publish(LABELS[kind], track);
  } catch (error) {
    track.stop();
    tell(wordsOf(error), { isUrgent: true });
  }
}
