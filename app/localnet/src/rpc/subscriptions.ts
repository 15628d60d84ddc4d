import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { COMMITMENTS, type Commitment, commitmentAtAge } from '../chain/commitment';
import { type LedgerEntry, signatureOf } from '../chain/ledger';
import { decodeTransaction, isWritable } from '../chain/transaction';
import { fromKey, toBase58, toKey } from '../encoding';
import { dataConfig, encodeAccount } from './account-encoding';
import { filters, matches } from './accounts';
import type { RpcRequest } from './dispatch';
import { RpcError } from './errors';
import {
  address,
  contextConfig,
  contextConfigWith,
  optional,
  parseParams,
  signature,
  withContext,
} from './method';

type Notify = (result: unknown) => void;

/** A client's wish to hear of something. */
interface Subscription {
  commitment?: Commitment;
  /** Called with the entries that have just reached the subscription's commitment. */
  onEntries?: (entries: readonly LedgerEntry[]) => void;
  onSlot?: (slot: number) => void;
}

type Subscribe = (chain: Chain, params: unknown, notify: Notify, end: () => void) => Subscription;

const covers = (chain: Chain, wanted: Commitment, slot: number): boolean =>
  COMMITMENTS.indexOf(commitmentAtAge(chain.slots.current - slot, chain.delays)) >=
  COMMITMENTS.indexOf(wanted);

function writtenKeys(entries: readonly LedgerEntry[]): Set<string> {
  const written = entries.flatMap((entry) => {
    const transaction = decodeTransaction(entry.wire);
    return entry.keys.filter((_, index) => isWritable(transaction, entry.loaded.writable, index)).map(toKey);
  });
  return new Set(written);
}

const subscribeToSignature: Subscribe = (chain, params, notify, end) => {
  const [wanted, config] = parseParams(
    z.tuple([signature, contextConfigWith({ enableReceivedNotification: optional(z.boolean()) })]),
    params,
  );
  const level = config?.commitment ?? 'finalized';
  const tell = (entry: LedgerEntry) => {
    notify(withContext(chain.slotAt(level), { err: entry.err }));
    end();
  };
  const known = chain.ledger.find(wanted);
  if (known && covers(chain, level, known.slot)) {
    tell(known);
    return {};
  }
  return {
    commitment: level,
    onEntries: (entries) => {
      const entry = entries.find(({ wire }) => signatureOf(wire).equals(wanted));
      if (entry) tell(entry);
    },
  };
};

const subscribeToAccount: Subscribe = (chain, params, notify) => {
  const [key, config] = parseParams(z.tuple([address, contextConfigWith(dataConfig)]), params);
  const commitment = config?.commitment ?? 'finalized';
  const wanted = toKey(key);
  return {
    commitment,
    onEntries: (entries) => {
      if (!writtenKeys(entries).has(wanted)) return;
      // A closed account is told of as one of the system program's without lamports.
      const account = encodeAccount(chain, chain.account(key, commitment), config ?? {}) ?? CLOSED_ACCOUNT;
      notify(withContext(chain.slotAt(commitment), account));
    },
  };
};

const CLOSED_ACCOUNT = {
  data: ['', 'base64'],
  executable: false,
  lamports: 0,
  owner: '11111111111111111111111111111111',
  rentEpoch: 2n ** 64n - 1n,
  space: 0,
};

const subscribeToProgram: Subscribe = (chain, params, notify) => {
  const [program, config] = parseParams(
    z.tuple([address, contextConfigWith({ ...dataConfig, filters })]),
    params,
  );
  const commitment = config?.commitment ?? 'finalized';
  return {
    commitment,
    onEntries: (entries) => {
      for (const key of writtenKeys(entries)) {
        const account = chain.account(fromKey(key), commitment);
        if (!account || !program.equals(account.owner()) || !matches(account, config?.filters ?? []))
          continue;
        const value = {
          pubkey: toBase58(fromKey(key)),
          account: encodeAccount(chain, account, config ?? {}),
        };
        notify(withContext(chain.slotAt(commitment), value));
      }
    },
  };
};

const logsFilter = z.union([
  z.enum(['all', 'allWithVotes']).transform(() => undefined),
  z.object({ mentions: z.tuple([address]) }).transform(({ mentions }) => mentions[0]),
]);

const subscribeToLogs: Subscribe = (_chain, params, notify) => {
  const [mentioned, config] = parseParams(z.tuple([logsFilter, contextConfig]), params);
  return {
    commitment: config?.commitment ?? 'finalized',
    onEntries: (entries) => {
      for (const { wire, keys, err, meta, slot } of entries) {
        if (mentioned && !keys.some((key) => key.equals(mentioned))) continue;
        notify(withContext(slot, { signature: toBase58(signatureOf(wire)), err, logs: meta.logs() }));
      }
    },
  };
};

const subscribeToSlot: Subscribe = (chain, params, notify) => {
  parseParams(z.tuple([]), params);
  return { onSlot: (slot) => notify({ parent: slot - 1, root: chain.slotAt('finalized'), slot }) };
};

const subscribeToRoot: Subscribe = (chain, params, notify) => {
  parseParams(z.tuple([]), params);
  return { onSlot: () => notify(chain.slotAt('finalized')) };
};

const kinds = new Map<string, Subscribe>([
  ['signature', subscribeToSignature],
  ['account', subscribeToAccount],
  ['program', subscribeToProgram],
  ['logs', subscribeToLogs],
  ['slot', subscribeToSlot],
  ['root', subscribeToRoot],
]);

/** One connection's side of the subscriptions. */
export interface Subscriber {
  /** Runs a request of the WebSocket interface. */
  call(request: RpcRequest): unknown;
  /** Sends what was known already when a subscription began, which must not overtake the answer to it. */
  flush(): void;
  close(): void;
}

/** All connections' subscriptions to a chain. */
export class Subscriptions {
  private nextId = 0;
  private readonly active = new Map<number, Subscription>();

  constructor(private readonly chain: Chain) {
    chain.on('reached', (commitment, entries) => {
      for (const subscription of this.active.values()) {
        if (subscription.commitment === commitment) subscription.onEntries?.(entries);
      }
    });
    chain.on('slot', (slot) => {
      for (const subscription of this.active.values()) subscription.onSlot?.(slot);
    });
  }

  /** Begins a connection; `send` gets its notifications. */
  connect(send: (notification: unknown) => void): Subscriber {
    const own = new Set<number>();
    let held: unknown[] | undefined;
    const remove = (id: number) => {
      own.delete(id);
      return this.active.delete(id);
    };
    const subscribe = (kind: string, start: Subscribe, params: unknown) => {
      const id = this.nextId++;
      const notify = (result: unknown) => {
        const notification = {
          jsonrpc: '2.0',
          method: `${kind}Notification`,
          params: { result, subscription: id },
        };
        if (held) held.push(notification);
        else send(notification);
      };
      let ended = false;
      held ??= [];
      const subscription = start(this.chain, params, notify, () => {
        ended = true;
        remove(id);
      });
      if (!ended) {
        own.add(id);
        this.active.set(id, subscription);
      }
      return id;
    };
    return {
      call: ({ method, params }) => {
        const [, kind, un] = /^([a-z]+?)(Uns|S)ubscribe$/.exec(method) ?? [];
        const start = kind === undefined ? undefined : kinds.get(kind);
        if (!start || kind === undefined) throw new RpcError('methodNotFound', 'Method not found');
        if (un === 'S') return subscribe(kind, start, params);
        const [id] = parseParams(z.tuple([z.int()]), params);
        if (!own.has(id)) throw new RpcError('invalidParams', 'Invalid subscription id.');
        return remove(id);
      },
      flush: () => {
        const ready = held ?? [];
        held = undefined;
        for (const notification of ready) send(notification);
      },
      close: () => {
        for (const id of own) this.active.delete(id);
      },
    };
  }
}
