import { Account } from 'litesvm/dist/internal';
import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { COMMITMENTS, type Commitment, commitmentAtAge } from '../chain/commitment';
import type { LedgerEntry } from '../chain/ledger';
import { isTokenProgram } from '../chain/token-balances';
import { signatureOf } from '../chain/transaction';
import { fromKey, toBase58 } from '../encoding';
import { dataConfig, encodeAccount, isParsed, tokenContext } from './account-encoding';
import { filters, matches } from './accounts';
import type { Feed } from './feed';
import {
  address,
  contextConfig,
  contextConfigWith,
  optional,
  parseParams,
  signature,
  withSlot,
} from './method';

/**
 * Starts a subscription. `notify` sends a notification's result, `end` ends the subscription. Returns a function that
 * unsubscribes.
 */
export type Subscribe = (
  feed: Feed,
  params: unknown,
  notify: (result: unknown) => void,
  end: () => void,
) => () => void;

const covers = (chain: Chain, wanted: Commitment, slot: number): boolean =>
  COMMITMENTS.indexOf(commitmentAtAge(chain.slots.current - slot, chain.delays)) >=
  COMMITMENTS.indexOf(wanted);

const subscribeToSignature: Subscribe = (feed, params, notify, end) => {
  const { chain } = feed;
  const schema = contextConfigWith({ enableReceivedNotification: optional(z.boolean()) });
  const [wanted, config] = parseParams(z.tuple([signature, schema]), params);
  const commitment = config?.commitment ?? 'finalized';
  const tell = (entry: LedgerEntry) => {
    notify(withSlot(chain.slotAt(commitment), { err: entry.err }));
    end();
  };
  const known = chain.ledger.find(wanted);
  if (!known || !covers(chain, commitment, known.slot)) return feed.onSignature(commitment, wanted, tell);
  tell(known);
  return () => undefined;
};

/** A closed account is reported as an account of the system program without lamports. */
const CLOSED_ACCOUNT = new Account(0n, new Uint8Array(), new Uint8Array(32), false, 0n);

/** Like validators, account and program subscriptions ignore `dataSlice`. */
const subscribeToAccount: Subscribe = (feed, params, notify) => {
  const { chain } = feed;
  const [key, config] = parseParams(z.tuple([address, contextConfigWith(dataConfig)]), params);
  const commitment = config?.commitment ?? 'finalized';
  const shown = { encoding: config?.encoding };
  return feed.onAccount(commitment, key, () => {
    const account = chain.account(key, commitment) ?? CLOSED_ACCOUNT;
    notify(
      withSlot(chain.slotAt(commitment), encodeAccount(key, account, shown, tokenContext(chain, commitment))),
    );
  });
};

const subscribeToProgram: Subscribe = (feed, params, notify) => {
  const { chain } = feed;
  const schema = contextConfigWith({ ...dataConfig, filters });
  const [program, config] = parseParams(z.tuple([address, schema]), params);
  const commitment = config?.commitment ?? 'finalized';
  const shown = { encoding: config?.encoding };
  return feed.onBatch(commitment, ({ written }) => {
    for (const key of [...written].map(fromKey)) {
      const account = chain.account(key, commitment);
      const wanted = account && program.equals(account.owner()) && matches(account, config?.filters ?? []);
      if (!wanted) continue;
      const encoded = encodeAccount(key, account, shown, tokenContext(chain, commitment));
      if (isTokenProgram(program) && config?.encoding === 'jsonParsed' && !isParsed({ account: encoded }))
        continue;
      const value = { pubkey: toBase58(key), account: encoded };
      notify(withSlot(chain.slotAt(commitment), value));
    }
  });
};

const logsFilter = z.union([
  z.enum(['all', 'allWithVotes']).transform(() => undefined),
  z.object({ mentions: z.tuple([address]) }).transform(({ mentions }) => mentions[0]),
]);

const subscribeToLogs: Subscribe = (feed, params, notify) => {
  const [mentioned, config] = parseParams(z.tuple([logsFilter, contextConfig]), params);
  return feed.onBatch(config?.commitment ?? 'finalized', ({ entries }) => {
    for (const { wire, keys, err, meta, slot } of entries) {
      if (mentioned && !keys.some((key) => key.equals(mentioned))) continue;
      notify(withSlot(slot, { signature: toBase58(signatureOf(wire)), err, logs: meta.logs() }));
    }
  });
};

const subscribeToSlot: Subscribe = (feed, params, notify) => {
  parseParams(z.tuple([]), params);
  return feed.onSlot((slot) => notify({ parent: slot - 1, root: feed.chain.slotAt('finalized'), slot }));
};

const subscribeToRoot: Subscribe = (feed, params, notify) => {
  parseParams(z.tuple([]), params);
  return feed.onSlot(() => notify(feed.chain.slotAt('finalized')));
};

/** All kinds of subscriptions, by the first word of their methods. */
export const SUBSCRIPTION_KINDS: ReadonlyMap<string, Subscribe> = new Map([
  ['signature', subscribeToSignature],
  ['account', subscribeToAccount],
  ['program', subscribeToProgram],
  ['logs', subscribeToLogs],
  ['slot', subscribeToSlot],
  ['root', subscribeToRoot],
]);
