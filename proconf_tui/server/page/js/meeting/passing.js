/** What is true of people for a moment only: how loud they are, their emoji, who is silent. */

import { isOneEmoji } from "../core/text.js";
import { REACTION_CHARACTERS } from "../core/limits.js";

/** So long what was told of levels last is still so: silence is not told. */
const LEVELS_LAST_MS = 1000;
const REACTION_LASTS_MS = 5000;

/** All of it together. */
export class Passing {
  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onChanged told when something is over
   */
  constructor(platform, onChanged) {
    this.speakers = new Speakers(platform, onChanged);
    this.reactions = new Reactions(platform, onChanged);
    this.qualities = new Qualities();
  }

  /** Show nothing any more. */
  close() {
    this.speakers.close();
    this.reactions.close();
  }
}

/** Who speaks, as the server hears it. */
class Speakers {
  /** @type {Map<string, number>} loudness in dBov, -127 to 0, by peer id */
  levels = new Map();
  /** @type {string[]} peer ids, loudest first */
  active = [];
  /** @type {string|null} */
  dominant = null;
  #platform;
  #onChanged;
  #cancel = () => {};

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onChanged told when levels have faded
   */
  constructor(platform, onChanged) {
    this.#platform = platform;
    this.#onChanged = onChanged;
  }

  /** @param {object} params of the notification `levels` */
  take({ levels, activeSpeakers, dominantSpeaker }) {
    this.levels = new Map(Object.entries(levels));
    this.active = activeSpeakers;
    this.dominant = dominantSpeaker;
    this.#cancel();
    this.#cancel = this.#platform.after(LEVELS_LAST_MS, () => {
      this.levels = new Map();
      this.#onChanged();
    });
  }

  /** Hear nobody any more. */
  close() {
    this.#cancel();
    this.levels = new Map();
  }
}

/** The emoji that people show. */
class Reactions {
  /** @type {Map<string, string>} by peer id */
  shown = new Map();
  #platform;
  #onChanged;
  #cancels = new Map();

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onChanged told when one is over
   */
  constructor(platform, onChanged) {
    this.#platform = platform;
    this.#onChanged = onChanged;
  }

  /**
   * Show `emoji` for a moment; what is none is ignored.
   *
   * @param {string} peerId
   * @param {string} emoji
   */
  show(peerId, emoji) {
    if (!isReaction(emoji)) {
      return;
    }
    this.#cancels.get(peerId)?.();
    this.shown = new Map(this.shown).set(peerId, emoji);
    this.#cancels.set(peerId, this.#platform.after(REACTION_LASTS_MS, () => this.#hide(peerId)));
  }

  /** Show none any more. */
  close() {
    this.#cancels.forEach((cancel) => cancel());
    this.#cancels.clear();
    this.shown = new Map();
  }

  #hide(peerId) {
    this.#cancels.delete(peerId);
    this.shown = new Map([...this.shown].filter(([each]) => each !== peerId));
    this.#onChanged();
  }
}

/**
 * Return whether `text` can be a reaction.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isReaction(text) {
  return [...text].length <= REACTION_CHARACTERS && isOneEmoji(text);
}

/** How well the server hears the others: who is silent, though connected, and who is gone. */
class Qualities {
  #silent = new Set();

  /** @param {{peerId: string, quality: "good"|"lost"}} params of `peer-quality` */
  take({ peerId, quality }) {
    if (quality === "lost") {
      this.#silent.add(peerId);
    } else {
      this.#silent.delete(peerId);
    }
  }

  /** Know nothing of who was silent: one has been away oneself. */
  forget() {
    this.#silent.clear();
  }

  /**
   * Return the quality of everybody's connection.
   *
   * @param {object|null} state a RoomState
   * @returns {Map<string, "good"|"lost">} by peer id
   */
  of(state) {
    const members = Object.values(state?.participants ?? {});
    return new Map(
      members.map(({ peerId, isConnected }) => {
        if (!isConnected) {
          this.#silent.delete(peerId);
        }
        return [peerId, isConnected && !this.#silent.has(peerId) ? "good" : "lost"];
      }),
    );
  }
}
