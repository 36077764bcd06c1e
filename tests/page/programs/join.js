/**
 * Joins a meeting of this server without a screen, in a browser: `window.meeting` is what is in it.
 * Evaluated as a function of where the modules are, the room, and the token or none.
 */
async ({ modules, roomId, token, name }) => {
  const { Meeting } = await import(`${modules}/meeting/meeting.js`);
  const { SeatStore } = await import(`${modules}/net/seat_store.js`);
  const { browser } = await import(`${modules}/net/platform.js`);
  const store = new SeatStore();
  window.sockets = [];
  const openSocket = (path) => {
    window.sockets.push(browser.openSocket(path));
    return window.sockets.at(-1);
  };
  window.meeting = new Meeting({
    roomId,
    token,
    isInvite: false,
    media: null,
    seat: store.seat(roomId),
    store,
    platform: { ...browser, openSocket },
  });
  window.happened = [];
  window.meeting.addEventListener("event", ({ detail }) => window.happened.push(detail));
  await window.meeting.connect({ name });
};
