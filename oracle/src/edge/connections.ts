import type { Socket } from 'node:net';
import { type ClientAddresses, groupOf } from './addresses';
import type { Limits } from './limits';

/** Requests that may wait on a connection behind the one that is being answered. Whoever sends more is cut off. */
const MOST_WAITING = 16;

interface Connection {
  answering: boolean;
  readonly waiting: (() => Promise<void>)[];
}

/** Bounds how many connections there are, and answers the requests of each one after another. */
export class Connections {
  private readonly open = new Map<Socket, Connection>();
  private readonly byAddress = new Map<string, Set<Socket>>();

  constructor(
    private readonly limits: Pick<Limits, 'connections' | 'connectionsPerAddress'>,
    private readonly addresses: Pick<ClientAddresses, 'isProxy'>,
  ) {}

  /**
   * Counts a new connection. If there are too many of its address, it is closed; if there are too many in all, one of
   * the address that has most, so that it shuts nobody out.
   */
  admit(socket: Socket): void {
    const remote = socket.remoteAddress ?? '';
    const address = groupOf(remote);
    const own = this.byAddress.get(address) ?? new Set<Socket>();
    if (own.size >= this.limits.connectionsPerAddress && !this.addresses.isProxy(remote)) {
      socket.destroy();
      return;
    }
    this.byAddress.set(address, own.add(socket));
    this.open.set(socket, { answering: false, waiting: [] });
    socket.once('close', () => {
      this.open.delete(socket);
      own.delete(socket);
      if (own.size === 0 && this.byAddress.get(address) === own) this.byAddress.delete(address);
    });
    if (this.open.size > this.limits.connections) this.dropOne();
  }

  /** Answers a request of a connection once those before it have been answered. `answer` never fails. */
  inOrder(socket: Socket, answer: () => Promise<void>): void {
    const connection = this.open.get(socket);
    if (!connection || socket.destroyed) return;
    if (!connection.answering) void this.run(socket, connection, answer);
    else if (connection.waiting.length < MOST_WAITING) connection.waiting.push(answer);
    else socket.destroy();
  }

  private async run(socket: Socket, connection: Connection, first: () => Promise<void>): Promise<void> {
    connection.answering = true;
    for (let answer: typeof first | undefined = first; answer; answer = connection.waiting.shift()) {
      if (socket.destroyed) break;
      await answer();
    }
    connection.answering = false;
  }

  /** Closes the oldest connection of the address that has most, one without a request if there is. */
  private dropOne(): void {
    let most: Set<Socket> | undefined;
    for (const sockets of this.byAddress.values()) if (sockets.size > (most?.size ?? 0)) most = sockets;
    const all = [...(most ?? [])];
    (all.find((socket) => !this.open.get(socket)?.answering) ?? all[0])?.destroy();
  }
}
