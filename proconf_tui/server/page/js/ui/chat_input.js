/** The line one writes in, and to whom. What is written stays until it is said or deleted. */

import { givenBack, roomLeft } from "../core/chat_lines.js";
import { isComposed } from "../core/keys.js";
import { meant } from "../core/slash.js";
import { otherName } from "../core/words.js";
import { el, setAttribute, setText, show, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

const EVERYONE = "";

/** Hands what is to be said to `onSend`, and obeys `/to` as the chat of terminals does. */
export class ChatInput {
  #onSend;
  #everyone = el("option", { text: "Everyone", attrs: { value: EVERYONE } });
  #options = new Map();
  #others = [];
  #to;
  #box;
  #words = el("p", {
    class: "chat-words",
    attrs: { id: uniqueId("words"), "aria-live": "polite" },
  });
  #send;
  #isAllowed = true;
  #refused = "";

  /**
   * @param {{onSend: function({text: string, to: string|null, entered: string}): void}} how `to` is
   *   a peerId, or null for everyone; `entered` is what stood in the box
   */
  constructor({ onSend }) {
    this.#onSend = onSend;
    this.#to = el(
      "select",
      {
        class: "select chat-to",
        attrs: { id: uniqueId("to") },
        on: { change: () => this.#draw() },
      },
      this.#everyone,
    );
    this.#box = this.#makeBox();
    this.#send = el(
      "button",
      { class: "button button-primary button-icon", attrs: { "aria-label": "Send" } },
      icon("send"),
    );
    this.element = this.#form();
    this.#draw();
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  /**
   * Choose whom one writes to, if they are there.
   * @param {string} peerId
   */
  address(peerId) {
    if (this.#options.has(peerId)) {
      this.#to.value = peerId;
      this.#draw();
    }
  }

  /** @param {boolean} isAllowed whether one may write now; what is written stays */
  allow(isAllowed) {
    this.#isAllowed = isAllowed;
    this.#draw();
  }

  /**
   * Offer those who are there. One who was chosen and has left stays chosen, so that what was meant
   * for them is not said to everyone.
   * @param {Object<string, object>} participants
   * @param {string|null} meId
   */
  showPeople(participants, meId) {
    this.#others = Object.values(participants).filter(({ peerId }) => peerId !== meId);
    this.#others.forEach(({ peerId, name }) => this.#offer(peerId, otherName(name)));
    for (const [peerId, option] of this.#options) {
      if (!Object.hasOwn(participants, peerId)) {
        this.#withdraw(peerId, option);
      }
    }
    this.#draw();
  }

  /**
   * Put a line back that could not be said.
   * @param {string} text as it was entered
   * @param {string} words why
   */
  giveBack(text, words) {
    this.#box.value = givenBack(text, this.#box.value);
    this.say(words);
  }

  /** @param {string} words about the line, empty for none */
  say(words) {
    this.#refused = words;
    this.#draw();
  }

  #makeBox() {
    const keydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !isComposed(event)) {
        event.preventDefault();
        this.#submit();
      }
    };
    const input = () => {
      this.#refused = "";
      this.#draw();
    };
    return el("textarea", {
      class: "input chat-box",
      attrs: { dir: "auto", "aria-label": "Message", "aria-describedby": this.#words.id },
      props: { rows: 1, placeholder: "Message", enterKeyHint: "send" },
      on: { keydown, input },
    });
  }

  #form() {
    const submit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    const label = el("label", { class: "label", text: "To", attrs: { for: this.#to.id } });
    return el(
      "form",
      { class: "chat-form", on: { submit } },
      el("div", { class: "chat-whom" }, label, this.#to),
      el("div", { class: "chat-compose" }, this.#box, this.#send),
      this.#words,
    );
  }

  #submit() {
    const entered = this.#box.value.trim();
    if (!entered || this.#send.disabled) {
      return;
    }
    const { text, toPeerId, problem } = meant(entered, this.#others);
    if (problem) {
      this.say(problem);
      return;
    }
    const chosen = this.#to.value;
    this.#box.value = "";
    this.say("");
    this.#onSend({ text, to: toPeerId ?? (chosen === EVERYONE ? null : chosen), entered });
  }

  #offer(peerId, name) {
    const known = this.#options.get(peerId);
    const option = known ?? el("option", { attrs: { value: peerId } });
    setText(option, name);
    delete option.dataset.left;
    if (!known) {
      this.#options.set(peerId, option);
      this.#to.append(option);
    }
  }

  #withdraw(peerId, option) {
    if (this.#to.value !== peerId) {
      option.remove();
      this.#options.delete(peerId);
    } else if (!option.dataset.left) {
      option.dataset.left = "yes";
      option.textContent += " (left)";
    }
  }

  #draw() {
    const isGone = this.#to.selectedOptions[0]?.dataset.left === "yes";
    const { isTooLong, words } = roomLeft(this.#box.value.trim());
    const gone = isGone ? "They have left; choose somebody else." : "";
    const told = gone || this.#refused || words;
    setText(this.#words, told);
    show(this.#words, told !== "");
    this.#words.classList.toggle("bad", Boolean(isTooLong || isGone || this.#refused));
    setAttribute(this.#box, "aria-invalid", isTooLong ? "true" : null);
    this.#box.disabled = !this.#isAllowed;
    this.#to.disabled = !this.#isAllowed;
    this.#send.disabled = !this.#isAllowed || isTooLong || isGone;
    this.element?.classList.toggle("chat-aside", this.#to.value !== EVERYONE);
  }
}
