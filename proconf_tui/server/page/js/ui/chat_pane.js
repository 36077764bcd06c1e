/**
 * The chat: its log, whom one writes to, and the line one writes in. What comes from others is
 * plain text, isolated so that its direction changes nothing around it.
 */

import { chatRows, unreadLines } from "../core/chat_lines.js";
import { wordsOf } from "../core/failures.js";
import { maySendData, participantOf } from "../core/people.js";
import { otherName, shortened } from "../core/words.js";
import { ChatInput } from "./chat_input.js";
import { ChatLog } from "./chat_log.js";
import { el, setText, show } from "./dom.js";

const PENDING_AFTER_MS = 400;

/** Tells `change` when `unread` is different. */
export class ChatPane extends EventTarget {
  #meeting;
  #announce;
  #log = new ChatLog({ onEnd: () => this.#read() });
  #input = new ChatInput({ onSend: (line) => this.#send(line) });
  #forbidden = el("p", { class: "note chat-forbidden", attrs: { hidden: true } });
  #seen;
  #isInSight = false;
  #chat = null;
  #participants = null;
  #names = new Map();
  #readVersion = 0;
  #toldVersion = 0;
  #gaps = null;
  #pending = [];
  #sent = 0;
  #unread = 0;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting
   * @param {{announce: function}} how
   */
  constructor(meeting, { announce }) {
    super();
    this.#meeting = meeting;
    this.#announce = announce;
    this.element = el(
      "section",
      { class: "chat", attrs: { "aria-label": "Chat" } },
      this.#log.element,
      this.#forbidden,
      this.#input.element,
    );
    this.#seen = new IntersectionObserver((entries) =>
      this.#shown(entries.at(-1).isIntersecting),
    );
    this.#seen.observe(this.element);
    document.addEventListener("visibilitychange", this.#turnedTo);
    meeting.addEventListener("change", this.#follow);
    this.#readVersion = this.#toldVersion = meeting.room?.chat.at(-1)?.version ?? 0;
    this.#follow();
  }

  /** How many lines of others came since one last looked. */
  get unread() {
    return this.#unread;
  }

  /** Put the focus where one writes. */
  focus() {
    this.#input.focus();
  }

  /**
   * Write to somebody alone.
   * @param {string} peerId
   */
  writeTo(peerId) {
    this.#input.address(peerId);
    this.focus();
  }

  close() {
    this.#seen.disconnect();
    document.removeEventListener("visibilitychange", this.#turnedTo);
    this.#log.close();
    this.#meeting.removeEventListener("change", this.#follow);
  }

  /** A pane that is open in another tab is not looked at. */
  get #isShown() {
    return this.#isInSight && !document.hidden;
  }

  #turnedTo = () => this.#shown(this.#isInSight);

  #follow = () => {
    const { room, meId } = this.#meeting;
    if (!room) {
      return;
    }
    if (room.participants !== this.#participants) {
      this.#participants = room.participants;
      this.#followPeople(room.participants, meId);
    }
    this.#showForbidden(room, meId);
    const { gaps } = this.#meeting;
    if (room.chat !== this.#chat || gaps !== this.#gaps) {
      this.#chat = room.chat;
      this.#gaps = gaps;
      this.#draw();
      this.#tellNew();
    }
  };

  #followPeople(participants, meId) {
    for (const { peerId, name } of Object.values(participants)) {
      this.#names.set(peerId, otherName(name));
    }
    this.#input.showPeople(participants, meId);
  }

  #draw() {
    const { meId } = this.#meeting;
    this.#log.show(
      chatRows({
        chat: this.#chat ?? [],
        meId,
        nameOf: (peerId) => this.#names.get(peerId) ?? "somebody who left",
        gaps: this.#gaps ?? [],
        pending: this.#pending.filter((line) => line.isShown),
      }),
    );
    if (this.#isShown && this.#log.isAtEnd) {
      this.#read();
    }
    this.#count();
  }

  #shown(isInSight) {
    this.#isInSight = isInSight;
    if (this.#isShown) {
      this.#log.settle();
      if (this.#log.isAtEnd) {
        this.#read();
      }
    }
  }

  #read() {
    if (this.#isShown) {
      this.#readVersion = this.#chat?.at(-1)?.version ?? this.#readVersion;
      this.#count();
    }
  }

  #count() {
    const { length } = unreadLines(this.#chat ?? [], this.#readVersion, this.#meeting.meId);
    if (length !== this.#unread) {
      this.#unread = length;
      this.dispatchEvent(new Event("change"));
    }
  }

  /** In sight or not: the log itself is silent, for it would read out whatever length. */
  #tellNew() {
    const lines = unreadLines(this.#chat, this.#toldVersion, this.#meeting.meId);
    this.#toldVersion = this.#chat.at(-1)?.version ?? this.#toldVersion;
    const last = lines.at(-1);
    if (!last) {
      return;
    }
    const what = last.to === null ? "Message" : "Private message";
    this.#announce(
      lines.length > 1
        ? `${lines.length} new messages`
        : `${what} from ${otherName(last.fromName)}: ${shortened(last.text)}`,
    );
  }

  async #send({ text, to, entered }) {
    this.#sent += 1;
    const toName = to === null ? null : (this.#names.get(to) ?? null);
    const line = { key: `pending-${this.#sent}`, text, toName, isShown: false };
    this.#pending.push(line);
    const timer = setTimeout(() => {
      line.isShown = true;
      this.#draw();
    }, PENDING_AFTER_MS);
    this.#log.goToEnd();
    try {
      await this.#meeting.sendChat(text, to);
      this.#input.say("");
    } catch (error) {
      this.#input.giveBack(entered, wordsOf(error));
    }
    clearTimeout(timer);
    this.#pending = this.#pending.filter((each) => each !== line);
    this.#draw();
  }

  #showForbidden(room, meId) {
    const mayRead = participantOf(room, meId)?.permissions.canRecvData ?? true;
    const maySend = maySendData(room, meId);
    setText(this.#forbidden, forbidden(mayRead, maySend));
    show(this.#forbidden, !mayRead || !maySend);
    this.#input.allow(maySend);
  }
}

function forbidden(mayRead, maySend) {
  if (mayRead) {
    return maySend ? "" : "You may not write here now; ask a moderator.";
  }
  return maySend ? "You may write here, but not read the others." : "You may not chat here.";
}
