/** The title of the document: the room and what is going on, for whoever looks at another tab. */

const STATES = {
  connecting: "Joining",
  waiting: "Waiting to be let in",
  reconnecting: "Reconnecting",
  left: "Left",
  closed: "Over",
  failed: "Not joined",
};

/**
 * Return the title, such as `(2 waiting) myRoom – proconf-tui`.
 *
 * @param {{roomId: string|null, state?: string, waiting?: number, unread?: number}} now
 * @returns {string}
 */
export function titleOf({ roomId, state = "idle", waiting = 0, unread = 0 }) {
  const news = [
    ...(waiting ? [`${waiting} waiting`] : []),
    ...(unread ? [`${unread} new`] : []),
  ].join(", ");
  const words = [STATES[state], roomId, "proconf-tui"].filter(Boolean).join(" – ");
  return news ? `(${news}) ${words}` : words;
}
