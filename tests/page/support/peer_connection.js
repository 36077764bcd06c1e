/** A peer connection to write tests with: it keeps the order of descriptions, and carries nothing. */

import { settled } from "./platform.js";

class Sender {
  track = null;
  #parameters;

  constructor(encodings) {
    this.#parameters = { encodings: structuredClone(encodings) };
  }

  get encoding() {
    return this.#parameters.encodings[0];
  }

  async replaceTrack(track) {
    this.track = track;
  }

  getParameters() {
    return structuredClone(this.#parameters);
  }

  async setParameters(parameters) {
    this.#parameters = parameters;
  }
}

/** What comes in over a section; the test says of whom. */
class Receiver {
  sources = [];

  #platform;

  constructor(kind, platform) {
    this.#platform = platform;
    this.track = { kind, enabled: true };
  }

  getContributingSources() {
    return this.sources;
  }

  /** Something of that source is played or shown now. */
  plays(source) {
    this.sources = [{ source, timestamp: this.#platform.arrivalMs() }];
  }
}

/** As RTCPeerConnection, as far as the page uses it. */
export class PeerConnection extends EventTarget {
  connectionState = "new";
  signalingState = "stable";
  localDescription = null;
  isClosed = false;
  #transceivers = [];
  #platform;

  /** @param {import("./platform.js").TestPlatform} platform whose clock what comes in is stamped by */
  constructor(platform) {
    super();
    this.#platform = platform;
  }

  addTransceiver(kind, { direction, sendEncodings }) {
    const transceiver = { mid: null, kind, direction, sender: new Sender(sendEncodings) };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers() {
    return this.#transceivers;
  }

  async setLocalDescription() {
    await settled();
    this.#expect(this.signalingState !== "closed");
    const isAnswer = this.signalingState === "have-remote-offer";
    this.#transceivers.forEach((each, index) => (each.mid ??= String(index)));
    this.localDescription = { type: isAnswer ? "answer" : "offer", sdp: "" };
    this.signalingState = isAnswer ? "stable" : "have-local-offer";
  }

  async setRemoteDescription({ type, sdp }) {
    await settled();
    const isOffer = type === "offer";
    this.#expect(this.signalingState === (isOffer ? "stable" : "have-local-offer"));
    this.#expect(!sdp.includes("spoilt"));
    this.signalingState = isOffer ? "have-remote-offer" : "stable";
    for (const [, kind, mid] of sdp.matchAll(/^m=(\w+) (\w+)/gm)) {
      if (isOffer && !this.#transceivers.some((each) => each.mid === mid)) {
        this.#transceivers.push({ mid, kind, receiver: new Receiver(kind, this.#platform) });
      }
    }
  }

  close() {
    this.isClosed = true;
    this.signalingState = "closed";
  }

  /** The section of that id. */
  at(mid) {
    return this.#transceivers.find((each) => each.mid === mid);
  }

  become(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  #expect(isSo) {
    if (!isSo) {
      throw new DOMException("wrong state", "InvalidStateError");
    }
  }
}
