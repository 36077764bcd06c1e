/**
 * The places that a session description names, for people to read (RFC 8839 section 5.1). Pure.
 */

const MOST_ADDRESSES = 4;
const CANDIDATE = "a=candidate:";
// What a server writes there goes to people's screens: nothing but an address may.
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})$/i;
const PORT = /^\d{1,5}$/;

/**
 * @param {string} sdp
 * @returns {string[]} such as "192.0.2.7 or 2001:db8::7 UDP port 7000"
 */
function placesOf(sdp) {
  const byPort = new Map();
  let count = 0;
  for (const { address, port } of sdp.split("\n").flatMap(candidate)) {
    const addresses = byPort.get(port) ?? [];
    if (count < MOST_ADDRESSES && !addresses.includes(address)) {
      byPort.set(port, [...addresses, address]);
      count += 1;
    }
  }
  return [...byPort].map(([port, addresses]) => `${addresses.join(" or ")} UDP port ${port}`);
}

/**
 * @param {string} sdp
 * @returns {string} what to tell whoever hears and sees nothing
 */
export function unreachableWords(sdp) {
  const places = placesOf(sdp);
  const where = places.length > 0 ? places.join(" or ") : "the server's UDP port";
  return (
    `No sound or picture gets through: nothing answers at ${where}. Ask whoever runs the ` +
    "server to open that port, or to name a reachable address with --public-address."
  );
}

function candidate(line) {
  const fields = line.trim().slice(CANDIDATE.length).split(/\s+/);
  if (!line.startsWith(CANDIDATE) || fields.length < 6 || fields[2].toLowerCase() !== "udp") {
    return [];
  }
  const [address, port] = [fields[4], fields[5]];
  return ADDRESS.test(address) && PORT.test(port) ? [{ address, port: Number(port) }] : [];
}
