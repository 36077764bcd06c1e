/** Which things of a row stay where they are when others are moved about them. */

/**
 * Return as many as can stay: those whose places ascend already.
 *
 * @param {number[]} places where each was before, in the order that is wanted; -1 for a new one
 * @returns {Set<number>} indices into `places`
 */
export function staying(places) {
  const ends = [];
  const before = places.map(() => -1);
  places.forEach((place, index) => {
    if (place < 0) {
      return;
    }
    const at = ends.findIndex((end) => places[end] > place);
    const length = at < 0 ? ends.length : at;
    before[index] = length > 0 ? ends[length - 1] : -1;
    ends[length] = index;
  });
  const kept = new Set();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) {
    kept.add(index);
  }
  return kept;
}
