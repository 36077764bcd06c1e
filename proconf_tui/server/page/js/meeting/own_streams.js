/**
 * What one publishes, and the tracks that feed it, as proconf_tui/sdk/own_streams.py. From
 * `publish` on a track is this one's: it is stopped with its stream, so that the device is free.
 */

import { ProconfError } from "../core/failures.js";
import { Muting } from "./muting.js";
import { Pausing } from "./pausing.js";

/** @typedef {"audio"|"video"|"screen"} Label */

export class OwnStreams {
  #request;
  #publishing;
  #me;
  #onChanged;
  #onDeviceLost;
  #muting;
  #pausing;
  #tracks = new Map();

  /**
   * @param {object} parts
   * @param {(method: string, params: object) => Promise<object>} parts.request
   * @param {{send: (label: Label, track: MediaStreamTrack|null) => Promise<void>}|null} parts.publishing
   * @param {() => object|null} parts.me oneself as the room knows one
   * @param {() => void} parts.onChanged
   * @param {(label: Label) => void} parts.onDeviceLost a source has ended by itself
   */
  constructor({ request, publishing, me, onChanged, onDeviceLost }) {
    this.#request = request;
    this.#publishing = publishing;
    this.#me = me;
    this.#onChanged = onChanged;
    this.#onDeviceLost = onDeviceLost;
    this.#muting = new Muting({
      request,
      stream: () => this.#known("audio"),
      isSent: () => this.isPublished("audio"),
      feed: () => this.#feed("audio").catch(() => {}),
    });
    this.#pausing = new Pausing({
      request,
      stream: (label) => this.#known(label),
      isSent: (label) => this.isPublished(label),
    });
  }

  /** Whether one is silent by one's own wish, published or not. */
  get isMuted() {
    return this.#muting.isMuted;
  }

  /** @param {Label} label */
  isPublished(label) {
    return this.#tracks.has(label);
  }

  /** @param {Label} label */
  isPaused(label) {
    return label === "audio" ? this.isMuted : this.#pausing.isPaused(label);
  }

  /**
   * @param {Label} label
   * @returns {MediaStreamTrack|null} what feeds it, to look at oneself
   */
  trackOf(label) {
    return this.#tracks.get(label) ?? null;
  }

  /**
   * Publish `track` in place of what is published there; who is muted stays so.
   *
   * @param {Label} label
   * @param {MediaStreamTrack} track still the caller's if this rejects with the server's refusal
   * @throws {ProconfError} PERMISSION_DENIED, LOST, …; nothing is published then
   */
  async publish(label, track) {
    if (this.#publishing === null) {
      throw new ProconfError("PERMISSION_DENIED", "You joined without sound and pictures.");
    }
    await this.#request("produce", { label });
    this.#hold(label, track);
    this.#pausing.wish(label, false);
    try {
      // Be it paused just now, or in an earlier life of this seat.
      await Promise.all([this.#feed(label), this.#tell(label)]);
    } catch (error) {
      // Without a connection it is sent, and told, when that is back.
      if (error.code !== "LOST") {
        this.stop(label).catch(() => {});
        throw error;
      }
    }
  }

  /**
   * Publish no more, and release the device.
   *
   * @param {Label} label
   */
  async stop(label) {
    this.closed(label);
    await this.#request("stop-producing", { label });
  }

  /** Be silent at once, and then tell the room. */
  mute() {
    return this.#muting.mute();
  }

  /** Be heard once the room has allowed it. */
  unmute() {
    return this.#muting.unmute();
  }

  /** Have the pictures of `label` rest, at once, and then tell the room. @param {Label} label */
  async pause(label) {
    await this.#rest(label, true);
  }

  /** @param {Label} label */
  async resume(label) {
    await this.#rest(label, false);
  }

  /**
   * Send another track, as of another device, where one is published.
   *
   * @param {Label} label
   * @param {MediaStreamTrack} track
   */
  async replace(label, track) {
    if (!this.isPublished(label)) {
      track.stop();
      return;
    }
    this.#hold(label, track);
    await this.#feed(label);
  }

  /**
   * Send nothing more under `label`, whoever closed it.
   *
   * @param {Label} label
   */
  closed(label) {
    this.#pausing.wish(label, false);
    const track = this.trackOf(label);
    if (track !== null) {
      this.#tracks.delete(label);
      track.stop();
      if (label === "audio") {
        this.#muting.forget();
      }
      this.#publishing.send(label, null).catch(() => {});
      this.#onChanged();
    }
  }

  /** Stop what the room has and nobody feeds any more, as from an earlier life of this seat. */
  async dropUnfed() {
    const labels = Object.keys(this.#me()?.streams ?? {});
    const unfed = labels.filter((label) => !this.isPublished(label));
    await Promise.all(unfed.map((label) => this.#request("stop-producing", { label })));
  }

  /**
   * Bring what is sent in line with the room after a gap.
   *
   * In a kept seat, what the room no longer has was closed meanwhile. One who came in anew
   * publishes again. What was muted or paused while away is now seen to be.
   *
   * @param {{isNew: boolean}} how
   * @throws {ProconfError} the connection is gone again; it is done when that is back
   */
  async comeBack({ isNew }) {
    for (const label of [...this.#tracks.keys()].filter((each) => this.#known(each) === null)) {
      if (!isNew || !(await this.#mayPublishAgain(label))) {
        this.closed(label);
      }
    }
    for (const label of this.#tracks.keys()) {
      await this.#tell(label);
    }
    await this.dropUnfed();
  }

  /** Release all devices. */
  close() {
    [...this.#tracks.keys()].forEach((label) => this.closed(label));
  }

  #hold(label, track) {
    const before = this.trackOf(label);
    this.#tracks.set(label, track);
    if (before !== null && before !== track) {
      before.stop();
    }
    track.addEventListener("ended", () => this.#ended(label, track));
    this.#onChanged();
    if (track.readyState === "ended") {
      this.#ended(label, track);
    }
  }

  #ended(label, track) {
    if (this.trackOf(label) === track) {
      this.#onDeviceLost(label);
      // Without a connection the room is told on coming back, when it knows a stream too many.
      this.stop(label).catch(() => {});
    }
  }

  #known(label) {
    return this.#me()?.streams[label] ?? null;
  }

  /** Send the track at hand; of the voice only silence while muted, of what rests nothing. */
  async #feed(label) {
    const track = this.trackOf(label);
    if (track === null) {
      return;
    }
    track.enabled = !this.isPaused(label);
    this.#onChanged();
    await this.#publishing.send(label, this.#pausing.isPaused(label) ? null : track);
  }

  async #rest(label, isResting) {
    if (this.#pausing.wish(label, isResting)) {
      await Promise.all([this.#feed(label), this.#pausing.say(label)]);
    }
  }

  #tell(label) {
    return label === "audio" ? this.#muting.tell() : this.#pausing.tell(label);
  }

  async #mayPublishAgain(label) {
    try {
      await this.#request("produce", { label });
      return true;
    } catch {
      return false;
    }
  }
}
