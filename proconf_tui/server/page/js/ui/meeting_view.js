/** The meeting as one sees it: tiles, panes, buttons. It tells its parts what is so now. */

import { isModerator, lobby } from "../core/people.js";
import { actionsOf } from "./actions.js";
import { ChatPane } from "./chat_pane.js";
import { el } from "./dom.js";
import { Grid } from "./grid.js";
import { leave, leaveByKey } from "./leaving.js";
import { LobbyPane } from "./lobby_pane.js";
import { Looking } from "./looking.js";
import { MeetingDialogs } from "./meeting_dialogs.js";
import { MeetingHeader } from "./meeting_header.js";
import { keyHandlers } from "./meeting_keys.js";
import { closeMenu, closeStrayMenu } from "./menu.js";
import { Moderation } from "./moderation.js";
import { MutedHint } from "./muted_hint.js";
import { OwnActions } from "./own_actions.js";
import { PeopleNow } from "./people_now.js";
import { PeoplePane } from "./people_pane.js";
import { PersonalActions } from "./personal_actions.js";
import { moderationItems } from "./person_menu.js";
import { Shortcuts } from "./shortcuts.js";
import { Side } from "./side.js";
import { SilencedHint } from "./silenced_hint.js";
import { TalkKey } from "./talk_key.js";
import { Telling } from "./telling.js";
import { Toolbar } from "./toolbar.js";
import { Unplugged } from "./unplugged.js";

const MUTED_HINT = "You are muted: hold space or press m to talk";
const MUTED_HINT_KEYLESS = "You are muted: hold space or press Unmute to talk";

export class MeetingView {
  #meeting;
  #announce;
  #voices;
  #people = [];
  #closing = [];
  #now;
  #own;
  #moderation;
  #telling;
  #dialogs;
  #shortcuts;
  #grid;
  #chat;
  #personal;
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
   * @param {{announce: function(string, object=): void, voices: ?import("./voices.js").Voices,
   *   store: import("../net/seat_store.js").SeatStore, invite: ?import("../core/invite.js").Link,
   *   onUnread: function(): void}} how `onUnread` is called when `unread` is different
   */
  constructor(meeting, { announce, voices, store, invite, onUnread }) {
    this.#meeting = meeting;
    this.#announce = announce;
    this.#voices = voices;
    this.#now = new PeopleNow(meeting, voices?.volumes ?? null);
    this.#own = new OwnActions(meeting, announce, { store });
    this.#moderation = new Moderation(meeting, { announce });
    const isLobbySeen = () => this.#side.shown === "people" || !this.#side.isCovering;
    this.#telling = new Telling(meeting, announce, isLobbySeen);
    this.#dialogs = this.#dialogsWith(invite, store);
    this.#makePanes();
    this.#chat.addEventListener("change", onUnread);
    this.#makeToolbar(store);
    this.#hint = new MutedHint(meeting.own, () => this.#tellMuted());
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
      this.#toolbar.element,
    );
    this.#follow();
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
    this.#closing.forEach((part) => part.close());
    closeMenu();
    this.#side.dispose();
  }

  get #amModerator() {
    return isModerator(this.#meeting.me);
  }

  #dialogsWith(invite, store) {
    return new MeetingDialogs(this.#meeting, {
      store,
      announce: this.#announce,
      voices: this.#voices,
      invite,
      moderation: this.#moderation,
      nameOfIdentity: this.#telling.nameOfIdentity,
      shortcuts: () => this.#shortcuts,
    });
  }

  #makePanes() {
    const meeting = this.#meeting;
    this.#header = new MeetingHeader(meeting);
    this.#grid = new Grid(meeting, {
      onMore: () => this.#side.open("people"),
      onLayout: () => this.#toolbar.update(),
      hasKeys: () => this.#shortcuts.isOn,
    });
    this.#chat = new ChatPane(meeting, { announce: this.#announce });
    this.#lobby = new LobbyPane(this.#moderation);
    this.#lobbyPlace.append(this.#lobby.element);
    this.#personal = new PersonalActions({
      announce: this.#announce,
      voices: this.#voices,
      grid: this.#grid,
      writeTo: (peerId) => this.#writeTo(peerId),
    });
    const itemsFor = (person) => this.#itemsFor(person);
    this.#peoplePane = new PeoplePane(this.#moderation, { dialogs: this.#dialogs, itemsFor });
    const { title, element } = this.#peoplePane;
    this.#side = new Side(
      {
        people: { name: "People", title, content: element },
        chat: { name: "Chat", title: el("h2", { text: "Chat" }), content: this.#chat.element },
      },
      () => this.#sideChanged(),
    );
  }

  #makeToolbar(store) {
    const actions = actionsOf({
      own: this.#own,
      side: this.#side,
      grid: this.#grid,
      chat: this.#chat,
      waiting: () => (this.#amModerator ? lobby(this.#meeting.room).length : 0),
      openSettings: this.#dialogs.openSettings,
      leave: () => leave(this.#meeting, () => this.#people, this.#announce),
    });
    const onRefused = (why) => this.#announce(why, { isUrgent: true });
    const onPointed = () => this.focus();
    this.#shortcuts = new Shortcuts(this.#keyHandlersFor(actions), store);
    const hasKeys = () => this.#shortcuts.isOn;
    this.#toolbar = new Toolbar(actions, { onRefused, onPointed, hasKeys });
  }

  #keyHandlersFor(actions) {
    return keyHandlers({
      meeting: this.#meeting,
      actions,
      press: (id) => this.#toolbar.press(id),
      grid: this.#grid,
      moderation: this.#moderation,
      dialogs: this.#dialogs,
      fade: (direction) => this.#personal.fade(this.#people, direction),
      leave: () => leaveByKey(this.#meeting, () => this.#people, this.#announce),
      amModerator: () => this.#amModerator,
    });
  }

  #itemsFor(person) {
    const amHost = this.#meeting.me?.role === "host";
    return [
      ...this.#personal.itemsFor(person),
      ...(this.#amModerator ? moderationItems(person, this.#moderation, amHost) : []),
    ];
  }

  #writeTo(peerId) {
    this.#side.open("chat");
    this.#chat.writeTo(peerId);
  }

  #tellMuted() {
    this.#announce(this.#shortcuts.isOn ? MUTED_HINT : MUTED_HINT_KEYLESS, { isUrgent: true });
  }

  #follow() {
    const talkKey = new TalkKey(this.#own);
    const { feeds } = this.#meeting;
    const sources = [this.#meeting, feeds, this.#own, this.#chat, this.#voices?.volumes];
    const looking = new Looking(() => this.#look(), sources.filter(Boolean));
    const unplugged = new Unplugged(this.#meeting, this.#announce);
    this.#closing.push(looking, talkKey, unplugged, this.#shortcuts, this.#telling);
    this.#closing.push(this.#own, this.#toolbar, this.#grid, this.#chat, this.#hint);
    looking.now();
  }

  #look() {
    const { room } = this.#meeting;
    this.#people = this.#now.look();
    this.#grid.update(this.#people);
    this.#peoplePane.update(this.#people, {
      amModerator: this.#amModerator,
      isLocked: room?.controls.roomLocked ?? false,
    });
    this.#moderation.follow(this.#amModerator);
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
    this.#grid.cover(isCovering);
    [this.#header, this.#toolbar].forEach(({ element }) => (element.inert = isCovering));
    this.#main.inert = isCovering;
    this.#toolbar.update();
  }
}
