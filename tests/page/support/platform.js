/** A browser to write tests with: time passes when told to, and sockets are held by their ends. */

/** Let everything that is ready happen. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** One websocket as the page has it; the test is the server. */
export class Socket extends EventTarget {
  readyState = 0;
  sent = [];

  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  close() {
    this.readyState = 3;
  }

  async accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    await settled();
  }

  async say(message) {
    await this.sayRaw(JSON.stringify(message));
  }

  async sayRaw(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
    await settled();
  }

  async drop() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
    await settled();
  }

  /** The last request of that method. */
  asked(method) {
    return this.sent.filter((each) => each.method === method).at(-1);
  }

  async answer(method, result = {}) {
    await this.say({ id: this.asked(method).id, result });
  }

  async refuse(method, code, message = "no") {
    await this.say({ id: this.asked(method).id, error: { code, message } });
  }

  async tell(method, params) {
    await this.say({ method, params });
  }

  /** Accept a join as this peer. */
  async seat(peerId, { heartbeatS = 5 } = {}) {
    await this.accept();
    await this.answer("join", { roomId: "room", peerId, resumeKey: `key-of-${peerId}`, heartbeatS });
  }
}

export class TestPlatform {
  sockets = [];
  asked = [];
  answers = [];
  #nowMs = 0;
  #timers = new Set();
  #names = 0;
  #depth = 0;

  /** The longest chain of timers each set by the one before; hidden pages hold up chains of five. */
  longestChain = 0;

  nowMs = () => this.#nowMs;
  arrivalMs = () => 1_000_000 + this.#nowMs;
  epochS = () => 1_700_000_000 + this.#nowMs / 1000;
  random = () => 0.5;
  randomName = () => `name-${(this.#names += 1)}`;

  after = (delayMs, call) => {
    const timer = { atMs: this.#nowMs + delayMs, call, depth: this.#depth };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  openSocket = () => {
    this.sockets.push(new Socket());
    return this.socket;
  };

  fetch = async (path, { body }) => {
    this.asked.push({ path, body: JSON.parse(body) });
    const { status, json, headers } = this.answers.shift();
    return { ok: status === 200, status, headers: new Headers(headers), json: async () => json };
  };

  /** The newest one. */
  get socket() {
    return this.sockets.at(-1);
  }

  /** Let time pass, and what it brings happen in turn. */
  async pass(seconds) {
    const untilMs = this.#nowMs + seconds * 1000;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs);
      if (due.length === 0) {
        break;
      }
      const next = due.reduce((first, each) => (each.atMs < first.atMs ? each : first));
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#depth = next.depth + 1;
      this.longestChain = Math.max(this.longestChain, this.#depth);
      next.call();
      this.#depth = 0;
    }
    this.#nowMs = untilMs;
  }
}
