/** Who waits to be let in, longest first, and for how long; moderators only. */

import { lobby } from "../core/people.js";
import { cleanName } from "../core/text.js";
import { duration, otherName } from "../core/words.js";
import { el, reconcile, setAttribute, setText, show } from "./dom.js";
import { button } from "./parts.js";

export class LobbyPane {
  #moderation;
  #rows = new Map();
  #heading = el("h3", { text: "Waiting to be let in" });
  #list = el("ul", { attrs: { role: "list", "aria-label": "Lobby" } });

  /** @param {import("./moderation.js").Moderation} moderation */
  constructor(moderation) {
    this.#moderation = moderation;
    const all = button("Admit all", "button-small", () => moderation.admitAll());
    this.element = el(
      "section",
      { class: "lobby", attrs: { "aria-label": "Waiting to be let in", hidden: true } },
      el("header", { class: "lobby-head" }, this.#heading, all),
      this.#list,
    );
  }

  /**
   * Show who waits now.
   * @param {?object} room the RoomState
   * @param {boolean} amModerator
   */
  update(room, amModerator) {
    const waiting = amModerator ? lobby(room) : [];
    show(this.element, waiting.length > 0);
    const nowS = Date.now() / 1000;
    reconcile(this.#list, this.#rows, waiting, {
      key: ({ peerId }) => peerId,
      create: ({ peerId }) => this.#row(peerId),
      update: (row, one) => showIn(row, one, nowS),
    });
  }

  #row(peerId) {
    return el(
      "li",
      { class: "knocker" },
      el(
        "span",
        { class: "person-who" },
        el("span", { class: "person-name" }),
        el("span", { class: "person-role" }),
      ),
      button("Deny", "button-small", () => this.#moderation.deny(peerId)),
      button("Admit", "button-small button-primary", () => this.#moderation.admit(peerId)),
    );
  }
}

function showIn(row, { name, knockedAt, isConnected }, nowS) {
  const [who, deny, admit] = row.children;
  const shown = otherName(cleanName(name));
  setText(who.firstElementChild, shown);
  const since = `waits for ${duration(nowS - knockedAt)}`;
  setText(who.lastElementChild, isConnected ? since : "reconnecting…");
  setAttribute(deny, "aria-label", `Deny ${shown}`);
  setAttribute(admit, "aria-label", `Admit ${shown}`);
}
