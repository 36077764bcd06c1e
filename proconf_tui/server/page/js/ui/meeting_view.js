/**
 * The meeting as one sees it: tiles, panes, buttons. It looks at the meeting at most ten times a
 * second, and once a second anyway, and tells its parts what is so now.
 */

import { isModerator, lobby } from "../core/people.js";
import { actionsOf } from "./actions.js";
import { ChatPane } from "./chat_pane.js";
import { openControls } from "./controls_dialog.js";
import { el } from "./dom.js";
import { Grid } from "./grid.js";
import { openHelp } from "./help_dialog.js";
import { leave, leaveByKey } from "./leaving.js";
import { LobbyPane } from "./lobby_pane.js";
import { MeetingHeader } from "./meeting_header.js";
import { closeMenu, closeStrayMenu } from "./menu.js";
import { Moderation } from "./moderation.js";
import { MutedHint } from "./muted_hint.js";
import { OwnActions } from "./own_actions.js";
import { PeopleNow } from "./people_now.js";
import { PeoplePane } from "./people_pane.js";
import { SettingsDialog } from "./settings_dialog.js";
import { listen } from "./shortcuts.js";
import { Side } from "./side.js";
import { SilencedHint } from "./silenced_hint.js";
import { TalkKey } from "./talk_key.js";
import { Telling } from "./telling.js";
import { Toolbar } from "./toolbar.js";

const LOOK_EVERY_MS = 100;
const TICK_MS = 1000;
const MUTED_HINT = "You are muted: hold space or press m to talk";

export class MeetingView {
  #meeting;
  #announce;
  #voices;
  #people = [];
  #lookedAtMs = -Infinity;
  #due = null;
  #closers = [];
  #now;
  #own;
  #moderation;
  #telling;
  #grid;
  #chat;
  #peoplePane;
  #lobby;
  #lobbyPlace = el("div", { class: "stage-lobby" });
  #side;
  #toolbar;
  #header;
  #hint;
  #silenced;
  #main;

  /**
   * @param {import("../meeting/meeting.js").Meeting} meeting connected
   * @param {{announce: function(string, object=): void, dialogs: object,
   *   voices: ?import("./voices.js").Voices, onUnread: function(): void}} how `onUnread` is called
   *   when `unread` is different
   */
  constructor(meeting, { announce, dialogs, voices, onUnread }) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#voices = voices;
    this.#now = new PeopleNow(meeting);
    this.#own = new OwnActions(meeting, announce);
    this.#moderation = new Moderation(meeting, { announce, dialogs });
    this.#telling = new Telling(meeting, announce);
    this.#makePanes();
    this.#chat.addEventListener("change", onUnread);
    this.#makeToolbar();
    this.#hint = new MutedHint(meeting.own, () => announce(MUTED_HINT, { isUrgent: true }));
    this.#silenced = new SilencedHint(meeting.own, announce);
    this.#main = el(
      "main",
      { class: "meeting-main", attrs: { tabindex: -1 } },
      this.#grid.element,
      this.#lobbyPlace,
    );
    this.element = el(
      "div",
      { class: "screen meeting" },
      this.#header.element,
      el("div", { class: "meeting-body" }, this.#main, this.#side.element),
      el("nav", { attrs: { "aria-label": "Meeting" } }, this.#toolbar.element),
    );
    this.#follow();
    this.#look();
  }

  /** How many lines of the chat came since one last looked. */
  get unread() {
    return this.#chat.unread;
  }

  /** Put the focus where keys do what they say. */
  focus() {
    this.#main.focus({ preventScroll: true });
  }

  /** Let everything go. */
  close() {
    this.#closers.forEach((close) => close());
    clearTimeout(this.#due);
    closeMenu();
    [this.#telling, this.#grid, this.#chat, this.#hint].forEach((part) => part.close());
    this.#side.dispose();
  }

  get #amModerator() {
    return isModerator(this.#meeting.me);
  }

  #makePanes() {
    const meeting = this.#meeting;
    this.#header = new MeetingHeader(meeting);
    this.#grid = new Grid(meeting, {
      onMore: () => this.#side.open("people"),
      onLayout: () => this.#toolbar.update(),
    });
    this.#chat = new ChatPane(meeting, { announce: this.#announce });
    this.#lobby = new LobbyPane(this.#moderation);
    this.#lobbyPlace.append(this.#lobby.element);
    this.#peoplePane = new PeoplePane(this.#moderation, { openControls: this.#openControls });
    const { title, element } = this.#peoplePane;
    this.#side = new Side(
      {
        people: { name: "People", title, content: element },
        chat: { name: "Chat", title: el("h2", { text: "Chat" }), content: this.#chat.element },
      },
      () => this.#sideChanged(),
    );
  }

  #makeToolbar() {
    const actions = actionsOf({
      own: this.#own,
      side: this.#side,
      grid: this.#grid,
      chat: this.#chat,
      waiting: () => (this.#amModerator ? lobby(this.#meeting.room).length : 0),
      openSettings: () => this.#openSettings(),
      leave: () => leave(this.#meeting, this.#people, this.#announce),
    });
    const onRefused = (why) => this.#announce(why, { isUrgent: true });
    this.#toolbar = new Toolbar(actions, { onRefused, onPointed: () => this.focus() });
    const keyed = actions.filter(({ keys, id }) => keys && id !== "leave");
    const pressing = keyed.map(({ id, keys }) => [keys, () => this.#toolbar.press(id)]);
    this.#closers.push(listen({ ...Object.fromEntries(pressing), ...this.#otherKeys() }));
  }

  #otherKeys() {
    const numbers = Array.from({ length: 9 }, (_, index) => [
      String(index + 1),
      () => this.#grid.pinNumber(index + 1),
    ]);
    return {
      ...Object.fromEntries(numbers),
      q: () => leaveByKey(this.#meeting, this.#people, this.#announce),
      "?": () => openHelp({ isModerator: this.#amModerator }),
      a: this.#forModerators(() => this.#admitNext()),
      A: this.#forModerators(() => this.#moderation.admitAll()),
      l: this.#forModerators(() => this.#moderation.toggleLock()),
      M: this.#forModerators(() => this.#moderation.muteEveryone()),
      C: this.#forModerators(this.#openControls),
    };
  }

  #forModerators(run) {
    return () => (this.#amModerator ? run() : undefined);
  }

  #admitNext() {
    const [next] = lobby(this.#meeting.room);
    return next && this.#moderation.admit(next.peerId);
  }

  #follow() {
    const talkKey = new TalkKey(this.#own);
    const later = () => this.#lookSoon();
    const sources = [this.#meeting, this.#meeting.feeds, this.#own, this.#chat].filter(Boolean);
    sources.forEach((source) => source.addEventListener("change", later));
    const ticking = setInterval(later, TICK_MS);
    this.#closers.push(
      () => talkKey.close(),
      () => sources.forEach((source) => source.removeEventListener("change", later)),
      () => clearInterval(ticking),
    );
  }

  #lookSoon() {
    this.#due ??= setTimeout(
      () => this.#look(),
      Math.max(0, this.#lookedAtMs + LOOK_EVERY_MS - performance.now()),
    );
  }

  #look() {
    clearTimeout(this.#due);
    this.#due = null;
    this.#lookedAtMs = performance.now();
    const { room, me } = this.#meeting;
    this.#people = this.#now.look();
    this.#grid.update(this.#people);
    this.#peoplePane.update(this.#people, {
      amModerator: this.#amModerator,
      amHost: me?.role === "host",
      isLocked: room?.controls.roomLocked ?? false,
    });
    if (!this.#amModerator) {
      this.#moderation.withdraw();
    }
    if (closeStrayMenu()) {
      this.focus();
    }
    this.#lobby.update(room, this.#amModerator);
    this.#header.update();
    this.#toolbar.update();
    this.#hint.update();
    this.#silenced.update();
  }

  /** Who knocks is seen whatever pane is open: in that of people, or else above the tiles. */
  #sideChanged() {
    const isPeople = this.#side.shown === "people";
    const place = isPeople ? this.#peoplePane.lobbyPlace : this.#lobbyPlace;
    if (this.#lobby.element.parentElement !== place) {
      place.append(this.#lobby.element);
    }
    const { isCovering } = this.#side;
    this.#grid.isCovered = isCovering;
    [this.#header, this.#toolbar].forEach(({ element }) => (element.inert = isCovering));
    this.#main.inert = isCovering;
    this.#toolbar.update();
  }

  #openControls = () => {
    openControls(this.#meeting, this.#moderation, this.#telling.nameOfIdentity);
  };

  #openSettings() {
    const how = { announce: this.#announce, voices: this.#voices };
    new SettingsDialog(this.#meeting, how).open();
  }
}
