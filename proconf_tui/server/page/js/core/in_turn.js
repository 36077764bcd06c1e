/** Work that is done one piece after the other, in the order in which it was asked for. */

export class InTurn {
  #last = Promise.resolve();

  /**
   * Do `work` when all that came before is done, whatever became of it.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>} of this work
   */
  run(work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
