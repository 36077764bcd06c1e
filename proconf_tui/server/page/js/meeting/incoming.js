/** What the server tells, notification by notification: folded, passed on, or shown for a moment. */

const REACTION_LABEL = "reaction";

const GAP = {
  type: "Notice",
  code: "HISTORY_GAP",
  message:
    "You were away for longer than the server keeps what happened; some of it is missing here.",
};

/**
 * @typedef {object} Told who minds where one stands
 * @property {(params: {reason: string, message: string}) => void} awaiting
 * @property {(how: {isNew: boolean, isResumed: boolean}) => void} welcomed
 * @property {(params: {reason: string, message: string}) => void} closed
 * @property {(label: string) => void} streamClosed one of one's own, by somebody else
 * @property {(told: object, before?: object|null) => void} tell something happened, for people;
 *   `before` is the RoomState before it
 */

export class Incoming {
  #view;
  #passing;
  #media;
  #standing;
  #handlers = new Map(
    Object.entries({
      awaiting: (params) => this.#standing.awaiting(params),
      welcome: (params) => this.#welcome(params),
      resumed: (params) => this.#resumed(params),
      "room-events": (params) => this.#happened(params),
      levels: (params) => this.#passing.levels.take(params),
      data: (params) => this.#data(params),
      "peer-quality": (params) => this.#passing.qualities.take(params),
      notice: (params) => this.#standing.tell({ type: "Notice", ...params }),
      closed: (params) => this.#standing.closed(params),
    }),
  );

  /**
   * @param {object} parts
   * @param {import("./room_view.js").RoomView} parts.view
   * @param {import("./passing.js").Passing} parts.passing
   * @param {{take: (method: string, params: object) => boolean}|null} parts.media
   * @param {Told} parts.standing
   */
  constructor({ view, passing, media, standing }) {
    this.#view = view;
    this.#passing = passing;
    this.#media = media;
    this.#standing = standing;
  }

  /**
   * Do what follows from a notification; one of a later release is ignored.
   *
   * @param {string} method
   * @param {object} params
   * @throws {ProconfError} INVALID_MESSAGE: it does not follow from what was told before
   */
  take(method, params) {
    const handler = this.#handlers.get(method);
    if (handler !== undefined) {
      handler(params);
    } else {
      this.#media?.take(method, params);
    }
  }

  #welcome({ state, isResumed, hasGap }) {
    const isNew = this.#view.state === null;
    this.#passing.qualities.forget();
    this.#view.replace(state, hasGap);
    this.#standing.welcomed({ isNew, isResumed });
    if (hasGap) {
      this.#standing.tell({ type: "Gap", chatVersion: this.#view.gaps.at(-1).version });
      this.#standing.tell(GAP);
    }
  }

  #resumed(params) {
    this.#passing.qualities.forget();
    this.#happened(params);
    this.#standing.welcomed({ isNew: false, isResumed: true });
  }

  #happened({ events, version }) {
    const before = this.#view.state;
    this.#view.apply(events, version);
    this.#passing.qualities.follow(this.#view.state);
    for (const event of events) {
      // What one stopped oneself may have been started again since.
      if (event.type === "StreamClosed" && event.reason !== "STOPPED") {
        this.#streamClosed(event);
      }
      this.#standing.tell(event, before);
    }
  }

  #streamClosed({ peerId, label }) {
    if (peerId === this.#view.meId) {
      this.#standing.streamClosed(label);
    }
  }

  #data(params) {
    if (params.label === REACTION_LABEL) {
      this.#passing.emoji.show(params.fromPeerId, params.payload);
    }
    this.#standing.tell({ type: "Data", ...params });
  }
}
