/**
 * Talking while the space bar is held: from its press to its release, or until the page is left.
 * Where the bar means something else, as on a button or while typing, it is left alone.
 */

const OTHERWISE_USED = "button, a, input, select, textarea, summary, [contenteditable], dialog";

export class TalkKey {
  #own;
  #isTalking = false;

  /** @param {import("./own_actions.js").OwnActions} own */
  constructor(own) {
    this.#own = own;
    addEventListener("keydown", this.#pressed);
    addEventListener("keyup", this.#released);
    addEventListener("blur", this.#end);
    document.addEventListener("visibilitychange", this.#end);
  }

  /** Listen no more, and be silent. */
  close() {
    removeEventListener("keydown", this.#pressed);
    removeEventListener("keyup", this.#released);
    removeEventListener("blur", this.#end);
    document.removeEventListener("visibilitychange", this.#end);
    this.#end();
  }

  #pressed = (event) => {
    if (event.key !== " " || event.target.closest?.(OTHERWISE_USED) || isModal()) {
      return;
    }
    event.preventDefault();
    if (!event.repeat && !this.#own.isHeard && !this.#own.whyNot("audio")) {
      this.#isTalking = true;
      this.#own.speak();
    }
  };

  #released = (event) => {
    if (event.key === " ") {
      this.#end();
    }
  };

  #end = () => {
    if (this.#isTalking) {
      this.#isTalking = false;
      // Even while the microphone is still being opened, which is muted then.
      this.#own.mute();
    }
  };
}

function isModal() {
  return document.querySelector("dialog[open]") !== null;
}
