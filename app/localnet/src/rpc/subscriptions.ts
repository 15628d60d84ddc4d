import { z } from 'zod';
import { callMethod, type RpcRequest } from './dispatch';
import { RpcError } from './errors';
import type { Feed } from './feed';
import { parseParams } from './method';
import { SUBSCRIPTION_KINDS, type Subscribe } from './subscription-kinds';

// A limit for one connection. Validators have one too.
const MAX_SUBSCRIPTIONS = 100_000;
let nextId = 0;

/** The subscriptions of one connection. */
export class Subscriptions {
  private readonly active = new Map<number, () => void>();
  private held: unknown[] | undefined;

  constructor(
    private readonly feed: Feed,
    private readonly send: (notification: unknown) => void,
  ) {}

  /**
   * Handles a request: `<kind>Subscribe` returns an id, `<kind>Unsubscribe` true. Notifications wait for {@link flush},
   * so that none is sent before the answer with its subscription id.
   *
   * @throws {@link RpcError} methodNotFound, invalidParams
   */
  call(request: RpcRequest): unknown {
    const { method, params } = request;
    // Clients ask a validator's version here too.
    if (method === 'getVersion') return callMethod(this.feed.chain, request);
    const [, kind = '', action] = /^([a-zA-Z]+)(Subscribe|Unsubscribe)$/.exec(method) ?? [];
    const start = SUBSCRIPTION_KINDS.get(kind);
    if (!start) throw new RpcError('methodNotFound', 'Method not found');
    if (action === 'Subscribe') return this.subscribe(kind, start, params);
    const [id] = parseParams(z.tuple([z.int()]), params);
    if (!this.remove(id)) throw new RpcError('invalidParams', 'Invalid subscription id.');
    return true;
  }

  private subscribe(kind: string, start: Subscribe, params: unknown): number {
    if (this.active.size >= MAX_SUBSCRIPTIONS)
      throw new RpcError('internal', 'Internal Error: Subscription refused. Node subscription limit reached');
    this.held ??= [];
    const subscription = nextId++;
    const notify = (result: unknown) => {
      const notification = {
        jsonrpc: '2.0',
        method: `${kind}Notification`,
        params: { result, subscription },
      };
      if (this.held) this.held.push(notification);
      else this.send(notification);
    };
    let ended = false;
    const stop = start(this.feed, params, notify, () => {
      ended = true;
      this.remove(subscription);
    });
    if (!ended) this.active.set(subscription, stop);
    return subscription;
  }

  private remove(id: number): boolean {
    this.active.get(id)?.();
    return this.active.delete(id);
  }

  /** Sends the notifications that were held back. */
  flush(): void {
    const ready = this.held ?? [];
    this.held = undefined;
    for (const notification of ready) this.send(notification);
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const stop of this.active.values()) stop();
    this.active.clear();
  }
}
