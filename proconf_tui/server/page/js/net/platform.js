/** What the layers below the screen take from the browser: time, chance and connections. */

/**
 * @typedef {object} Platform
 * @property {() => number} nowMs by a clock that only goes forward
 * @property {() => number} arrivalMs by the clock of `RTCRtpReceiver.getContributingSources()`
 * @property {() => number} epochS by the clock on the wall, since 1970
 * @property {(delayMs: number, call: () => void) => () => void} after calls once, unless the
 *   function it returns is called before
 * @property {() => number} random from 0 up to 1
 * @property {() => string} randomName unguessable, of 12 letters, digits, `-` and `_`
 * @property {(path: string) => WebSocket} openSocket at this page's server
 * @property {typeof fetch} fetch
 */

/** @type {Platform} */
export const browser = {
  nowMs: () => performance.now(),
  arrivalMs: () => performance.timeOrigin + performance.now(),
  epochS: () => Date.now() / 1000,
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  randomName: () => {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  },
  openSocket: (path) => new WebSocket(new URL(path, location.origin.replace(/^http/, "ws"))),
  fetch: (...asked) => fetch(...asked),
};
