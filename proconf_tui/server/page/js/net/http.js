/** The one call over HTTP that a guest makes (docs/http.md). */

import { cleanMessage } from "../core/boundary.js";
import { ProconfError, refusal } from "../core/failures.js";
import { browser } from "./platform.js";

const TIMEOUT_MS = 10_000;
const ONLY_PAGES =
  "The server answers, but its websocket is refused on the way. If the browser warned of its " +
  "certificate, this device must trust it (on an iPhone or iPad in the settings, under About); " +
  "else try another network or browser.";

/**
 * Return a guest's token for one room.
 *
 * @param {string} roomId
 * @param {{invite?: string|null, passcode?: string|null, name?: string|null, device?: string|null,
 *   willWait?: boolean}} wanted `device` keeps a guest's identity the same from visit to visit
 * @param {import("./platform.js").Platform} [platform]
 * @returns {Promise<string>}
 * @throws {ProconfError} the server's refusal, or UNREACHABLE
 */
export async function guestToken(roomId, wanted, platform = browser) {
  const response = await answered(
    platform.fetch(`/api/v1/rooms/${encodeURIComponent(roomId)}/guest-token`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(wanted),
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }),
  );
  const body = cleanMessage(await answered(response.json()));
  if (!response.ok) {
    const error = refusal(String(body?.code), String(body?.message ?? ""));
    error.retryAfterS = secondsOf(response.headers.get("Retry-After"));
    throw error;
  }
  if (typeof body?.token !== "string") {
    throw new ProconfError("UNREACHABLE");
  }
  return body.token;
}

/**
 * Return why a meeting is out of reach: where the server answers over HTTP, its websockets are kept
 * from this page, as by browsers that take a certificate accepted by hand for pages alone.
 *
 * @param {ProconfError} error what is known so far
 * @param {import("./platform.js").Platform} [platform]
 * @returns {Promise<ProconfError>}
 */
export async function whyUnreachable(error, platform = browser) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const isThere = await platform
    .fetch("/healthz", { cache: "no-store", signal })
    .then(({ ok }) => ok)
    .catch(() => false);
  return isThere ? new ProconfError("UNREACHABLE", ONLY_PAGES) : error;
}

/** The other form of the header, a date, is of no use to a clock that may be wrong (RFC 9110). */
function secondsOf(header) {
  return /^\d+$/.test(header ?? "") ? Number(header) : null;
}

async function answered(work) {
  try {
    return await work;
  } catch {
    throw new ProconfError("UNREACHABLE");
  }
}
