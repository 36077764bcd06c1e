/**
 * Elements made by calls. Text goes into the page as text only: whoever writes here cannot write
 * markup, so what others typed can never become any.
 */

import { staying } from "../core/staying.js";

/**
 * Make an element.
 * @param {string} tag
 * @param {{class?: string, text?: string, attrs?: Object<string, string|number|boolean|null>,
 *   props?: Object<string, *>, on?: Object<string, function(Event): void>}} [options] an attribute
 *   that is null or false is left out, and one that is true is empty
 * @param {...(Node|string|null|undefined|false)} children nothing is made of null and false
 * @returns {HTMLElement}
 */
export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  if (options.class) {
    element.className = options.class;
  }
  if (options.text !== undefined) {
    element.textContent = options.text;
  }
  for (const [name, value] of Object.entries(options.attrs ?? {})) {
    setAttribute(element, name, value);
  }
  Object.assign(element, options.props);
  for (const [type, listener] of Object.entries(options.on ?? {})) {
    element.addEventListener(type, listener);
  }
  element.append(...children.filter((child) => child || child === ""));
  return element;
}

/**
 * Set an attribute if that changes it; null and false remove it, true is an empty one.
 * @param {Element} element
 * @param {string} name
 * @param {string|number|boolean|null} value
 */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) {
    element.setAttribute(name, text);
  }
}

/**
 * Set the text of an element if that changes it, so that a selection in it survives.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Show an element or hide it, from assistive technology too.
 * @param {Element} element
 * @param {boolean} isShown
 */
export function show(element, isShown) {
  // By the attribute: pictures in SVG have no property of that name.
  if (element.hasAttribute("hidden") === isShown) {
    element.toggleAttribute("hidden", !isShown);
  }
}

/**
 * Make the children of a list be those of the items, in their order. Who is there already is kept,
 * and as few as can be are moved: focus, scroll and playing pictures survive.
 * @template T
 * @param {Element} parent nobody else may put children here
 * @param {Map<*, HTMLElement>} elements of the last time, by key; changed in place
 * @param {T[]} items
 * @param {{key: function(T): *, create: function(T): HTMLElement,
 *   update?: function(HTMLElement, T): void}} how
 */
export function reconcile(parent, elements, items, { key, create, update }) {
  const kept = new Set(items.map(key));
  for (const [name, element] of elements) {
    if (!kept.has(name)) {
      element.remove();
      elements.delete(name);
    }
  }
  const wanted = items.map((item) => {
    const element = elements.get(key(item)) ?? create(item);
    elements.set(key(item), element);
    update?.(element, item);
    return element;
  });
  put(parent, wanted);
}

function put(parent, wanted) {
  const places = new Map([...parent.children].map((child, place) => [child, place]));
  const stay = staying(wanted.map((element) => places.get(element) ?? -1));
  const focused = document.activeElement;
  let next = null;
  for (let index = wanted.length - 1; index >= 0; index -= 1) {
    if (!stay.has(index)) {
      parent.insertBefore(wanted[index], next);
    }
    next = wanted[index];
  }
  // What is moved loses the focus, even in its own list.
  if (focused !== document.activeElement && focused?.isConnected) {
    focused.focus({ preventScroll: true });
  }
}

let counted = 0;

/**
 * Return an id that no other element has, for labels and descriptions.
 * @param {string} stem
 * @returns {string}
 */
export function uniqueId(stem) {
  counted += 1;
  return `${stem}-${counted}`;
}
