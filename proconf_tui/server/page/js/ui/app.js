/**
 * Which screen is shown: before the meeting, waiting, in it, after it. It holds one Meeting at a
 * time and follows its state; what the screens look like is theirs.
 */

import { linkProblem, linkToPassOn, parseInvite } from "../core/invite.js";
import { lobby } from "../core/people.js";
import { titleOf } from "../core/titles.js";
import { Volumes } from "../core/volumes.js";
import * as devices from "../media/devices.js";
import { MediaSession } from "../media/session.js";
import { Meeting } from "../meeting/meeting.js";
import { browser } from "../net/platform.js";
import { SeatStore } from "../net/seat_store.js";
import { Announcer } from "./announcer.js";
import { bringDevices } from "./bringing.js";
import { ComingBack } from "./coming_back.js";
import { ComingIn } from "./coming_in.js";
import { el } from "./dom.js";
import { Ended } from "./ended.js";
import { Equipment } from "./equipment.js";
import { MeetingView } from "./meeting_view.js";
import { Notices } from "./notices.js";
import { Prejoin } from "./prejoin.js";
import { Screens } from "./screens.js";
import { Voices } from "./voices.js";
import { Waiting } from "./waiting.js";
import { WakeLock } from "./wake_lock.js";

const ENDED = new Set(["left", "closed", "failed"]);

/** Lives as long as the page. */
export class App {
  #root;
  #onMeeting;
  #announcer = new Announcer();
  #notices = new Notices({ onTurnOn: () => this.#voices?.unblock() });
  #wakeLock = new WakeLock();
  #store = new SeatStore();
  #equipment = null;
  #environment = devices.environmentProblem();
  #invite = null;
  #comingIn;
  #voices = null;
  #screens;

  /**
   * @param {HTMLElement} root
   * @param {{onMeeting: function(Meeting): void}} how `onMeeting` is told of each new one
   */
  constructor(root, { onMeeting }) {
    this.#root = root;
    this.#screens = new Screens(root);
    this.#onMeeting = onMeeting;
    this.#comingIn = new ComingIn({
      makeMeeting: (seat) => this.#makeMeeting(seat),
      screens: this.#screens,
      showForm: () => this.#showPrejoin(),
      onChange: () => this.#follow(),
    });
    const above = el("div", { class: "above" }, this.#notices.element, this.#announcer.element);
    document.body.prepend(above);
  }

  /** The meeting one is in, comes to, or was in; null before. */
  get meeting() {
    return this.#comingIn.meeting;
  }

  /** Begin: with the seat that this tab had, or before the meeting. */
  start() {
    try {
      this.#invite = parseInvite(location);
    } catch {
      this.#showEnded({ reason: "NO_MEETING_NAMED", message: "" });
      return;
    }
    const seat = this.#store.seat(this.#invite.roomId);
    if (seat) {
      this.#comeBack(seat);
    } else {
      this.#showPrejoin();
    }
  }

  /** What one is called; a link that says it is believed. */
  get #name() {
    return this.#invite.name ?? this.#store.name;
  }

  // --- coming in --------------------------------------------------------------------------------

  #makeMeeting(seat) {
    const hasMedia = this.#environment.code !== "NO_WEBRTC";
    const media = hasMedia ? ({ request }) => new MediaSession({ request }) : null;
    const meeting = new Meeting({ ...this.#invite, media, seat, store: this.#store });
    this.#onMeeting(meeting);
    return meeting;
  }

  async #comeBack(seat) {
    this.#place("back", new ComingBack({ roomId: this.#invite.roomId }));
    if (await this.#comingIn.comeBack(seat, this.#store.name)) {
      this.#tell("You are back; your microphone and camera are off.", { isShown: true });
    }
  }

  async #join(prejoin, as) {
    if (this.#invite.name === null) {
      this.#store.name = as.name;
    }
    prejoin.busy = true;
    if (await this.#comingIn.join(as)) {
      await bringDevices(this.meeting, this.#equipment, this.#tell);
    }
    prejoin.busy = false;
  }

  #joinWithoutLink() {
    this.#invite = { ...this.#invite, token: null, isInvite: false, name: null };
    this.#showPrejoin();
  }

  // --- which screen -----------------------------------------------------------------------------

  #follow() {
    const { state, room, ended } = this.meeting;
    const isIn = (state === "connected" || state === "reconnecting") && room !== null;
    if (isIn) {
      this.#showMeeting();
    } else if (state === "waiting") {
      this.#showWaiting();
    } else if (ENDED.has(state) && !(state === "failed" && this.#comingIn.isSaidInForm)) {
      this.#showEnded(ended);
    }
    this.#wakeLock.wanted = isIn;
    this.#showState();
  }

  #showState() {
    const { state = "idle", room = null, media = null } = this.meeting ?? {};
    this.#notices.show({
      isReconnecting: state === "reconnecting",
      trouble: state === "connected" ? (media?.trouble ?? null) : null,
      isSoundBlocked: this.#voices?.isBlocked,
    });
    const waiting = lobby(room).length;
    const isEnded = this.#screens.name === "ended";
    document.title = titleOf({
      roomId: this.#invite?.roomId ?? null,
      state: this.#screens.name === "prejoin" ? "idle" : state,
      waiting: isEnded ? 0 : waiting,
      unread: this.#screens.shown?.unread,
    });
  }

  #showPrejoin() {
    this.#comingIn.reset();
    this.#equipment?.close();
    this.#equipment = new Equipment(devices, this.#store);
    const prejoin = new Prejoin({
      roomId: this.#invite.roomId,
      name: this.#name,
      isNamed: this.#invite.name !== null,
      equipment: this.#equipment,
      environment: this.#environment,
      onJoin: (as) => this.#join(prejoin, as),
      onWithoutLink: () => this.#joinWithoutLink(),
    });
    this.#place("prejoin", prejoin);
    if (this.#environment.code === null) {
      this.#equipment.start();
    }
    const problem = linkProblem(this.#invite, browser.epochS());
    if (problem) {
      prejoin.offerWithoutLink(problem);
    }
    this.#showState();
    return prejoin;
  }

  #showWaiting() {
    if (this.#screens.name !== "waiting") {
      const how = { name: this.#name, equipment: this.#equipment, announce: this.#tell };
      const onLeave = () => this.meeting.leave();
      this.#place("waiting", new Waiting(this.meeting, { ...how, onLeave }));
    }
  }

  #showMeeting() {
    if (this.#screens.name === "meeting") {
      return;
    }
    const meeting = this.meeting;
    if (meeting.feeds) {
      this.#voices = this.#voicesOf(meeting);
      this.#voices.addEventListener("change", () => this.#showState());
      this.#root.append(this.#voices.element);
    }
    const onUnread = () => this.#showState();
    const invite = linkToPassOn(location, this.#invite);
    const how = { announce: this.#tell, voices: this.#voices, store: this.#store };
    this.#place("meeting", new MeetingView(meeting, { ...how, invite, onUnread }));
    this.#tell("You are in the meeting.");
  }

  #voicesOf({ feeds, roomId }) {
    const volumes = new Volumes(this.#store.volumes(roomId));
    volumes.addEventListener("change", () => this.#store.keepVolumes(roomId, volumes.kept));
    return new Voices(feeds, { volumes, speakerId: this.#store.devices.speaker ?? null });
  }

  #showEnded({ reason, message }) {
    if (this.#screens.name !== "ended") {
      this.#equipment?.close();
      const { roomId = null, token = null, isInvite = false } = this.#invite ?? {};
      const hasInvite = isInvite || token === null;
      const onJoinAgain = () => this.#showPrejoin();
      this.#place("ended", new Ended({ reason, message, roomId, hasInvite, onJoinAgain }));
      this.#showState();
    }
  }

  #place(name, screen) {
    if (this.#screens.name === "meeting") {
      this.#voices?.close();
      this.#voices = null;
    }
    this.#announcer.clearShown();
    this.#screens.place(name, screen);
  }

  #tell = (text, how) => this.#announcer.announce(text, how);
}
