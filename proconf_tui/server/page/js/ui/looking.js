/** Looks again when something has changed, at most ten times a second, and once a second anyway. */

const LOOK_EVERY_MS = 100;
const TICK_MS = 1000;

export class Looking {
  #look;
  #sources;
  #ticking;
  #due = null;
  #lookedAtMs = -Infinity;

  /**
   * @param {function(): void} look
   * @param {EventTarget[]} sources which tell `change`
   */
  constructor(look, sources) {
    this.#look = look;
    this.#sources = sources;
    sources.forEach((source) => source.addEventListener("change", this.#lookSoon));
    this.#ticking = setInterval(this.#lookSoon, TICK_MS);
  }

  /** Look now. */
  now() {
    clearTimeout(this.#due);
    this.#due = null;
    this.#lookedAtMs = performance.now();
    this.#look();
  }

  /** Look no more. */
  close() {
    clearTimeout(this.#due);
    clearInterval(this.#ticking);
    this.#sources.forEach((source) => source.removeEventListener("change", this.#lookSoon));
  }

  #lookSoon = () => {
    const waitMs = Math.max(0, this.#lookedAtMs + LOOK_EVERY_MS - performance.now());
    this.#due ??= setTimeout(() => this.now(), waitMs);
  };
}
