/** What was said, oldest first; it stays at its end unless somebody scrolls up to read. */

import { ChatTexts } from "./chat_text.js";
import { el, reconcile, show } from "./dom.js";
import { icon } from "./icons.js";

const NEAR_END_PX = 32;
const EMPTY = "No messages yet. Those from before you came are not shown.";
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Draws the rows of core/chat_lines.js. */
export class ChatLog {
  #rows = new Map();
  #list = el("div", {
    class: "chat-log",
    attrs: { role: "log", "aria-live": "off", "aria-label": "Chat messages", tabindex: "0" },
    on: { scroll: () => this.#scrolled() },
  });
  #empty = el("p", { class: "chat-empty quiet", text: EMPTY });
  #more = el(
    "button",
    {
      class: "button button-primary chat-more",
      attrs: { type: "button", hidden: true },
      on: { click: () => this.goToEnd() },
    },
    icon("down"),
    "New messages",
  );
  #onEnd;
  #isAtEnd = true;
  #texts = new ChatTexts({ onSized: () => this.settle() });
  #sizes = new ResizeObserver(() => this.settle());

  element = el("div", { class: "chat-frame" }, this.#empty, this.#list, this.#more);

  /** @param {{onEnd: function(): void}} how `onEnd` is called when the newest line is reached */
  constructor({ onEnd }) {
    this.#onEnd = onEnd;
    this.#sizes.observe(this.#list);
  }

  /** Whether the newest line is in sight, as far as the log itself is. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** @param {object[]} rows */
  show(rows) {
    const hadNewest = this.#rows.has(rows.at(-1)?.key);
    reconcile(this.#list, this.#rows, rows, {
      key: (row) => row.key,
      create: (row) => ROWS[row.kind](row, this.#texts),
      update: (element, { isContinued = false }) =>
        element.classList.toggle("chat-continued", isContinued),
    });
    show(this.#empty, rows.length === 0);
    if (this.#isAtEnd) {
      this.settle();
    } else if (!hadNewest && rows.length) {
      show(this.#more, true);
    }
  }

  /** Scroll to the newest line. */
  goToEnd() {
    this.#isAtEnd = true;
    show(this.#more, false);
    this.settle();
    this.#onEnd();
  }

  /** Be where one was before the log became smaller or larger, if that was the end. */
  settle() {
    if (this.#isAtEnd) {
      this.#list.scrollTop = this.#list.scrollHeight;
    }
  }

  close() {
    this.#sizes.disconnect();
    this.#texts.close();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    if (clientHeight === 0) {
      return;
    }
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (isAtEnd && !this.#isAtEnd) {
      this.#isAtEnd = true;
      show(this.#more, false);
      this.#onEnd();
    }
    this.#isAtEnd = isAtEnd;
  }
}

const ROWS = {
  line: (row, texts) => {
    const time = new Date(row.saidAt * 1_000);
    const who = el("bdi", { class: "chat-who", text: row.who });
    const element = el(
      "div",
      { class: "chat-line" },
      el(
        "div",
        { class: "chat-head" },
        el("span", { class: "chat-names" }, who, ...(row.isPrivate ? privateTo(row.toWho) : [])),
        el("time", { text: CLOCK.format(time), attrs: { datetime: time.toISOString() } }),
      ),
      texts.make(row.text),
    );
    element.classList.toggle("chat-mine", row.isMine);
    element.classList.toggle("chat-private", row.isPrivate);
    return element;
  },
  gap: () => el("p", { class: "chat-gap", text: "Some messages were missed here" }),
  pending: (row, texts) => {
    const words = row.toName === null ? "You" : `You to ${row.toName} (private)`;
    const element = el(
      "div",
      { class: "chat-line chat-pending" },
      el("div", { class: "chat-head" }, el("bdi", { text: words }), el("span", { text: "waits" })),
      texts.make(row.text),
    );
    return element;
  },
};

function privateTo(toWho) {
  const name = el("bdi", { text: toWho });
  return [" to ", name, el("span", { class: "chat-tag", text: "private" })];
}
