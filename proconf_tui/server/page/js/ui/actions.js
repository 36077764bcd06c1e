/** What the buttons below the tiles are, and the keys that do the same as in the terminal. */

import { openReactions } from "./reactions.js";

const KEYS = {
  microphone: "m",
  camera: "v",
  hand: "r",
  react: "e",
  chat: "c",
  people: "p",
  layout: "g",
  settings: "s",
  leave: "q",
};

/**
 * Return the buttons' actions.
 * @param {object} parts
 * @param {import("./own_actions.js").OwnActions} parts.own
 * @param {import("./side.js").Side} parts.side
 * @param {import("./grid.js").Grid} parts.grid
 * @param {{unread: number}} parts.chat
 * @param {function(): number} parts.waiting how many wait to be let in
 * @param {function(): void} parts.openSettings
 * @param {function(): void} parts.leave
 * @returns {import("./toolbar.js").Action[]}
 */
export function actionsOf(parts) {
  const all = [...ownActions(parts), ...paneActions(parts), ...viewActions(parts)];
  return all.map((action) => ({ keys: KEYS[action.id], ...action }));
}

function ownActions({ own }) {
  return [
    { id: "microphone", rank: "always", run: () => own.toggleMicrophone(), look: microphone(own) },
    { id: "camera", rank: "always", run: () => own.toggleCamera(), look: camera(own) },
    { id: "screen", rank: "wide", run: () => own.toggleScreen(), look: screen(own) },
    { id: "hand", rank: "roomy", run: () => own.toggleHand(), look: hand(own) },
    {
      id: "react",
      rank: "wide",
      run: (button) => openReactions(button, (emoji) => own.react(emoji)),
      look: () => ({ label: "React", icon: "smile", why: own.whyNotReact() }),
    },
  ];
}

function microphone(own) {
  return () =>
    own.isHeard
      ? { label: "Mute", icon: "microphone" }
      : { label: "Unmute", icon: "microphone-off", tone: "off", why: own.whyNot("audio") };
}

function camera(own) {
  return () =>
    own.isOn("video")
      ? { label: "Stop camera", icon: "camera" }
      : { label: "Start camera", icon: "camera-off", tone: "off", why: own.whyNot("video") };
}

function screen(own) {
  return () =>
    own.isOn("screen")
      ? { label: "Stop sharing", icon: "screen-off", tone: "on" }
      : { label: "Share screen", icon: "screen", why: own.whyNot("screen") };
}

function hand(own) {
  return () =>
    own.hasHandRaised
      ? { label: "Lower hand", icon: "hand", tone: "on", why: own.whyAway() }
      : { label: "Raise hand", icon: "hand", why: own.whyAway() };
}

function paneActions({ side, chat, waiting }) {
  const people = () => {
    const count = waiting();
    return {
      label: "People",
      icon: "people",
      badge: count ? String(count) : "",
      told: count ? `${count} waiting to be let in` : "",
      isExpanded: side.shown === "people",
    };
  };
  const talk = () => ({
    label: "Chat",
    icon: "chat",
    badge: chat.unread ? String(Math.min(chat.unread, 99)) : "",
    told: chat.unread ? `${chat.unread} unread` : "",
    isExpanded: side.shown === "chat",
  });
  return [
    { id: "people", rank: "always", run: () => side.toggle("people"), look: people },
    { id: "chat", rank: "always", run: () => side.toggle("chat"), look: talk },
  ];
}

function viewActions({ grid, openSettings, leave }) {
  const layout = () =>
    grid.isOneLarge
      ? { label: "Grid layout", icon: "grid" }
      : { label: "Speaker layout", icon: "speaker" };
  return [
    { id: "layout", rank: "wide", run: () => grid.toggleLayout(), look: layout },
    {
      id: "settings",
      rank: "wide",
      run: openSettings,
      look: () => ({ label: "Settings", icon: "settings" }),
    },
    {
      id: "leave",
      rank: "always",
      run: leave,
      look: () => ({ label: "Leave", icon: "leave", tone: "danger" }),
    },
  ];
}
