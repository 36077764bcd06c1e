/** What is true of people for a moment only: how loud they are, their emoji, who is silent. */

import { EmojiShown } from "./emoji_shown.js";
import { Levels } from "./levels.js";
import { Qualities } from "./qualities.js";

/** All of it together. */
export class Passing {
  qualities = new Qualities();

  /**
   * @param {import("../net/platform.js").Platform} platform
   * @param {() => void} onOver told when something is over
   */
  constructor(platform, onOver) {
    this.levels = new Levels(platform, onOver);
    this.emoji = new EmojiShown(platform, onOver);
  }

  /** Show nothing any more. */
  close() {
    this.levels.close();
    this.emoji.close();
  }
}
