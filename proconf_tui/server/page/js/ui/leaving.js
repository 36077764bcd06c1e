/** Going; a moderator who is the last one is asked what becomes of the meeting. */

import { wordsOf } from "../core/failures.js";
import { amLastModerator, heirs } from "../core/persons.js";
import { choose } from "./choose.js";

const END = { value: "end", label: "End the meeting for everyone", isDangerous: true };
const KEEP = { value: "keep", label: "Leave; the meeting goes on without a moderator" };
const HAND_OVER = { value: "hand over", label: "Make somebody else moderator, then leave" };
const NOT_WHILE_AWAY =
  "The connection is broken: it cannot be ended or handed over until it is back.";

/**
 * Leave, after whatever has to be asked.
 * @param {import("../meeting/meeting.js").Meeting} meeting
 * @param {function(): import("../core/persons.js").Person[]} people now
 * @param {function(string, object=): void} announce
 * @returns {Promise<void>}
 */
export async function leave(meeting, people, announce) {
  if (!amLastModerator(people())) {
    await meeting.leave();
    return;
  }
  const answer = await choose(question(people(), meeting.state !== "connected"));
  try {
    await ANSWERS[answer]?.(meeting, people);
  } catch (error) {
    announce(wordsOf(error), { isUrgent: true });
  }
}

/**
 * Leave by a key, which is pressed by mistake more easily than a button.
 * @param {import("../meeting/meeting.js").Meeting} meeting
 * @param {function(): import("../core/persons.js").Person[]} people now
 * @param {function(string, object=): void} announce
 * @returns {Promise<void>}
 */
export async function leaveByKey(meeting, people, announce) {
  const answers = [
    { value: true, label: "Leave", isPrimary: true },
    { value: false, label: "Stay" },
  ];
  if (amLastModerator(people()) || (await choose({ title: "Leave the meeting?", answers }))) {
    await leave(meeting, people, announce);
  }
}

function question(people, isAway) {
  const text = "You are its last moderator.";
  const title = "Leave the meeting?";
  if (isAway) {
    return { title, text: `${text} ${NOT_WHILE_AWAY}`, answers: [{ ...KEEP, isPrimary: true }] };
  }
  const others = heirs(people).length ? [HAND_OVER] : [];
  const [first, ...more] = [...others, KEEP, END];
  return { title, text, answers: [{ ...first, isPrimary: true }, ...more] };
}

async function handOver(meeting, people) {
  const peerId = await choose({
    title: "Who becomes moderator?",
    answers: heirs(people()).map((person) => ({ value: person.peerId, label: person.name })),
  });
  if (peerId !== null) {
    // Only a host can make hosts.
    await meeting.ask.updateRole(peerId, meeting.me.role === "host" ? "host" : "coHost");
    await meeting.leave();
  }
}

const ANSWERS = {
  end: (meeting) => meeting.endRoom(),
  keep: (meeting) => meeting.leave(),
  "hand over": handOver,
};
