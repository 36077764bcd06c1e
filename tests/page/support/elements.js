/** As much of a document as the modules of `ui` need that show little: elements without a look. */

class Element extends EventTarget {
  attributes = new Map();
  children = [];
  parent = null;
  dataset = {};
  classes = new Set();
  classList = {
    toggle: (name, isThere) => this.classes[isThere ? "add" : "delete"](name),
    add: (name) => this.classes.add(name),
  };
  textContent = "";

  constructor(tagName) {
    super();
    this.tagName = tagName;
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get nextElementSibling() {
    const siblings = this.parent?.children ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get parentElement() {
    return this.parent;
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  hasAttribute(name) {
    return this.attributes.has(name);
  }

  setAttribute(name, value) {
    this.attributes.set(name, value);
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  toggleAttribute(name, isThere) {
    this.attributes[isThere ? "set" : "delete"](name, "");
  }

  append(...children) {
    for (const child of children) {
      if (typeof child === "string") {
        this.textContent += child;
      } else {
        this.insertBefore(child, null);
      }
    }
  }

  replaceChildren(...children) {
    this.children.slice().forEach((child) => child.remove());
    this.append(...children);
  }

  insertBefore(child, next) {
    child.remove?.();
    const at = next === null ? this.children.length : this.children.indexOf(next);
    this.children.splice(at, 0, child);
    child.parent = this;
  }

  remove() {
    if (this.parent) {
      this.parent.children = this.parent.children.filter((each) => each !== this);
      this.parent = null;
    }
  }
}

/** A document that makes such elements, `makes` some by their tag, and hears keys. */
export class PlainDocument extends EventTarget {
  activeElement = null;
  hasDialog = false;
  #makes;

  constructor(makes = {}) {
    super();
    this.#makes = makes;
  }

  createElementNS(_, tag) {
    return this.createElement(tag);
  }

  createElement(tag) {
    return Object.assign(new Element(tag), this.#makes[tag]?.());
  }

  querySelector(selector) {
    return selector === "dialog[open]" && this.hasDialog ? new Element("dialog") : null;
  }

  /** Press a key; returns whether it did something. */
  press(key, { target = null, ...more } = {}) {
    const event = new Event("keydown", { cancelable: true });
    const pressed = { key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more };
    for (const [name, value] of Object.entries({ ...pressed, target: target ?? this })) {
      Object.defineProperty(event, name, { value });
    }
    this.dispatchEvent(event);
    return event.defaultPrevented;
  }
}
