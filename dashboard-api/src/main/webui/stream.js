// One WebSocket for all tables. Comes back by itself, with growing pauses, and asks who we are before it tries.

const NOT_LOGGED_IN = 4401;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 10_000;

export class Stream {
  /**
   * @param {{onMessage: (message: any) => void, onState: (state: 'connecting'|'live'|'lost') => void,
   *          onLoggedOut: () => void, isLoggedIn: () => Promise<boolean>}} listener
   */
  constructor(listener) {
    this.listener = listener;
    this.pauseMs = PAUSE_MIN_MS;
    this.socket = null;
    this.timer = 0;
    this.tables = '';
  }

  /** @param {string[]} tables */
  open(tables) {
    this.close();
    this.tables = tables.join(',');
    this.#connect();
  }

  close() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  #connect() {
    this.listener.onState('connecting');
    const socket = new WebSocket(`wss://${location.host}/api/v1/stream?tables=${this.tables}`);
    this.socket = socket;
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.pauseMs = PAUSE_MIN_MS;
      this.listener.onState('live');
      this.listener.onMessage(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.#lost(event.code);
    };
  }

  #lost(code) {
    this.socket = null;
    if (code === NOT_LOGGED_IN) {
      this.listener.onLoggedOut();
      return;
    }
    this.listener.onState('lost');
    this.timer = setTimeout(() => this.#again(), this.pauseMs * (0.75 + Math.random() / 2));
    this.pauseMs = Math.min(this.pauseMs * 2, PAUSE_MAX_MS);
  }

  async #again() {
    try {
      if (await this.listener.isLoggedIn()) this.#connect();
      else this.listener.onLoggedOut();
    } catch {
      this.#lost(0); // the server does not answer yet
    }
  }
}
