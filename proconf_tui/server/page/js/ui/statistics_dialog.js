/** How well each stream gets through, in words and anew every second. */

import { participantOf } from "../core/people.js";
import { statisticsLines } from "../core/statistics_lines.js";
import { open } from "./dialogs.js";
import { el, reconcile, setText, show } from "./dom.js";

const LOOK_EVERY_MS = 1_000;

/**
 * Open it.
 * @param {import("../meeting/meeting.js").Meeting} meeting
 */
export function openStatistics(meeting) {
  const elements = new Map();
  const list = el("dl", { class: "statistics" });
  const nothing = el("p", { class: "quiet", text: "Nothing is sent or received yet." });
  const look = async () => {
    const lines = await linesOf(meeting);
    reconcile(list, elements, lines, {
      key: ({ key }) => key,
      create: ({ name }) =>
        el("div", {}, el("dt", {}, el("bdi", { text: name })), el("dd", { class: "quiet" })),
      update: (element, { text }) => setText(element.lastElementChild, text),
    });
    show(nothing, lines.length === 0);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  open(el("div", {}, nothing, list), { title: "Statistics", onClose: () => clearInterval(timer) });
  look();
}

async function linesOf({ media, room, own }) {
  // While the connections are made anew there is nothing to tell.
  const stats = await media?.stats().catch(() => null);
  const sending = (stats?.sending ?? []).filter(({ label }) => own.isPublished(label));
  const nameOf = (peerId) => participantOf(room, peerId)?.name ?? "";
  return statisticsLines({ sending, receiving: stats?.receiving ?? [] }, nameOf);
}
