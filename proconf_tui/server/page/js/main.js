/**
 * Starts everything. `window.proconf` is the Meeting (meeting/meeting.js) that this page is in, for
 * whoever wants to look at it or to drive it from the console.
 */

import { App } from "./ui/app.js";

const app = new App(document.getElementById("app"), {
  onMeeting: (meeting) => {
    window.proconf = meeting;
  },
});

window.addEventListener("online", () => app.meeting?.nudge());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    app.meeting?.nudge();
  }
});
// Another link to the same room loads no new page by itself.
window.addEventListener("hashchange", () => location.reload());

app.start();
