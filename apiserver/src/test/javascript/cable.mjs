import { once } from 'node:events';
import net from 'node:net';

/** A way to the API server on a port of its own, that can be cut. */
export class Cable {
  #listener;
  #sockets = new Set();

  static async to(server) {
    const { hostname, port } = new URL(server);
    const cable = new Cable();
    cable.#listener = net.createServer((near) => cable.#join(near, net.connect(Number(port), hostname)));
    cable.#listener.listen(0, '127.0.0.1');
    await once(cable.#listener, 'listening');
    return cable;
  }

  get url() {
    return `https://127.0.0.1:${this.#listener.address().port}`;
  }

  #join(near, far) {
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** Ends every connection at once; the next ones go through. */
  cut() {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  close() {
    this.#listener.close();
    this.cut();
  }
}
