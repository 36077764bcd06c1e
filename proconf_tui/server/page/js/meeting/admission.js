/** The time from asking to come in until one is let in or refused: decided once. */

export class Admission {
  #resolve;
  #reject;
  #isDecided = false;
  #decision = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  /** Return whether this lets them in: it was open until now. */
  grant() {
    return this.#decide(() => this.#resolve());
  }

  /** @param {unknown} error keeps them out, unless it is decided already */
  refuse(error) {
    this.#decide(() => this.#reject(error));
  }

  /** @returns {Promise<void>} rejects with what they were refused with */
  decided() {
    return this.#decision;
  }

  get isDecided() {
    return this.#isDecided;
  }

  #decide(how) {
    if (this.#isDecided) {
      return false;
    }
    this.#isDecided = true;
    how();
    return true;
  }
}
