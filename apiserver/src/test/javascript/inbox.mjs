/** Things that arrive in callbacks, taken one by one and in order by whoever waits for them. */
export class Inbox {
  #arrived = [];
  #waiting = [];

  put(thing) {
    const taker = this.#waiting.shift();
    if (taker) {
      taker(thing);
    } else {
      this.#arrived.push(thing);
    }
  }

  take() {
    return this.#arrived.length > 0
      ? Promise.resolve(this.#arrived.shift())
      : new Promise((taker) => this.#waiting.push(taker));
  }
}
