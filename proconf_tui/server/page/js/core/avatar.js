/** The colour that stands for somebody: the one that the terminal gives them (tui/theme.py). */

/** How many there are; style/grid.css has them. */
export const AVATARS = 8;

/** The reversed polynomial of CRC-32 (IEEE 802.3). */
const POLYNOMIAL = 0xedb88320;

/**
 * Return the number of the colour that always stands for this person.
 * @param {string} key
 * @returns {number} 0 to `AVATARS` - 1
 */
export function avatarNumber(key) {
  return crc32(new TextEncoder().encode(key)) % AVATARS;
}

function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    }
  }
  return ~rest >>> 0;
}
