/** How loud a track is now, such as one's own microphone before and in a meeting. */

const SILENCE_DBFS = -127;
const SAMPLES = 1024;

/** Reads the level of one track; make one for each, and close it. */
export class LevelMeter {
  #context = new AudioContext();
  #samples = new Float32Array(SAMPLES);
  #source;
  #analyser;

  /** @param {MediaStreamTrack} track stays the caller's */
  constructor(track) {
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = new AnalyserNode(this.#context, { fftSize: SAMPLES });
    this.#source.connect(this.#analyser);
  }

  /**
   * @returns {boolean} whether nothing is measured: the browser waits for a click or key, a phone
   *   for the end of a call
   */
  get isSuspended() {
    return this.#context.state !== "running";
  }

  /** @returns {number} the level of the last 20 ms, -127 (silence) to 0 */
  get dbfs() {
    if (this.isSuspended) {
      this.#resume();
      return SILENCE_DBFS;
    }
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, each) => sum + each * each, 0) / SAMPLES;
    return power === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, Math.min(0, 10 * Math.log10(power)));
  }

  /** Measure no more; the track lives on. */
  close() {
    this.#source.disconnect();
    if (this.#context.state !== "closed") {
      this.#context.close().catch(() => {});
    }
  }

  #resume() {
    if (navigator.userActivation?.hasBeenActive ?? true) {
      this.#context.resume().catch(() => {});
    }
  }
}
