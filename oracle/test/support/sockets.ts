import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection that a test writes to byte by byte. */
export class RawConnection {
  /** What the server has sent, unless the test doesn't read. */
  received = '';

  private constructor(readonly socket: Socket) {}

  /** @param reads whether it takes what the server sends */
  static async open(url: string, { reads = true } = {}): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const raw = new RawConnection(socket);
    // A server that cuts off may do so before everything was written.
    socket.on('error', () => undefined);
    if (reads)
      socket.on('data', (chunk: Buffer) => {
        raw.received += chunk.toString('latin1');
      });
    else socket.pause();
    await once(socket, 'connect');
    return raw;
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  get(path: string, headers: Record<string, string> = {}): this {
    const lines = Object.entries({ host: 'oracle', ...headers }).map(([name, value]) => `${name}: ${value}`);
    return this.send(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  }

  /** Resolves once the server has closed the connection. */
  async closed(): Promise<void> {
    this.socket.resume();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  /** Resolves once so many answers have begun. */
  async answers(count: number): Promise<void> {
    while (this.statuses.length < count) await once(this.socket, 'data');
  }

  /** The statuses of the answers that have begun. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  destroy(): void {
    this.socket.destroy();
  }
}
