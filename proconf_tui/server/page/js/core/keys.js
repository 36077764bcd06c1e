/** What a pressed key means, whatever the browser and the keyboard make of it. */

/** Of keys that an input method has taken; Safari tells of its Enter after composing has ended. */
const TAKEN_KEYCODE = 229;

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key only chooses among what an input method offers
 */
export function isComposed(event) {
  return event.isComposing || event.keyCode === TAKEN_KEYCODE;
}

/**
 * Return the key by its name; a letter is capital if Shift is held, whatever Caps Lock says.
 * @param {KeyboardEvent} event
 * @returns {string}
 */
export function keyOf({ key, shiftKey }) {
  if (!/^\p{L}$/u.test(key)) {
    return key;
  }
  return shiftKey ? key.toUpperCase() : key.toLowerCase();
}
