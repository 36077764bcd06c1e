/** How long to wait between attempts to come back, as in proconf_tui/sdk/link.py. */

const RETRY_DELAYS_S = [0, 0.3, 1.2, 2.7, 4.8];
const LATER_DELAY_S = 7;
const JITTER = 0.2;

/**
 * Yield delays for ever; they differ a little, so that not everybody comes back at one moment.
 *
 * @param {() => number} random from 0 up to 1
 * @yields {number} seconds
 */
export function* delaysS(random) {
  for (let attempt = 0; ; attempt += 1) {
    const delayS = RETRY_DELAYS_S[attempt] ?? LATER_DELAY_S;
    yield delayS * (1 - JITTER + 2 * JITTER * random());
  }
}
