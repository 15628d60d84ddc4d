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
import { assertEncoding, type BlockOptions, blockShape, encodeBlock, transactionShape } from './blocks';
import type { Feed } from './feed';
import {
  address,
  contextConfig,
  contextConfigWith,
  optional,
  parseParams,
  readHistoryAt,
  signature,
  withSlot,
} from './method';
import { UnsupportedVersion } from './transaction-encoding';

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
  if (known && covers(chain, commitment, known.slot)) {
    tell(known);
    return () => undefined;
  }
  const received = ({ slot }: LedgerEntry) => notify(withSlot(slot, 'receivedSignature'));
  const isAsked = config?.enableReceivedNotification ?? false;
  if (isAsked && known) received(known);
  const stops = [
    ...(isAsked && !known ? [feed.onSignature('processed', wanted, received)] : []),
    feed.onSignature(commitment, wanted, tell),
  ];
  return () => {
    for (const stop of stops) stop();
  };
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

/** Tells what a validator tells of every slot: the new one begins when the one before it is complete. */
const subscribeToSlotsUpdates: Subscribe = (feed, params, notify) => {
  parseParams(z.tuple([]), params);
  const { chain } = feed;
  return feed.onSlot((slot) => {
    const timestamp = Date.now();
    const complete = slot - 1;
    const entries = chain.ledger.inSlot(complete);
    const failed = entries.filter(({ err }) => err !== null).length;
    const stats = {
      numTransactionEntries: entries.length,
      numSuccessfulTransactions: entries.length - failed,
      numFailedTransactions: failed,
      maxTransactionsPerEntry: Math.min(entries.length, 1),
    };
    notify({ type: 'completed', slot: complete, timestamp });
    notify({ type: 'frozen', slot: complete, timestamp, stats });
    notify({ type: 'firstShredReceived', slot, timestamp });
    notify({ type: 'createdBank', slot, parent: complete, timestamp });
    const confirmed = Math.min(chain.slotAt('confirmed'), complete);
    notify({ type: 'optimisticConfirmation', slot: confirmed, timestamp });
    notify({ type: 'root', slot: chain.slotAt('finalized'), timestamp });
  });
};

const blockFilter = z.union([
  z.literal('all').transform(() => undefined),
  z.object({ mentionsAccountOrProgram: address }).transform((filter) => filter.mentionsAccountOrProgram),
]);

const subscribeToBlock: Subscribe = (feed, params, notify) => {
  const { chain } = feed;
  const config = contextConfigWith({
    ...transactionShape,
    ...blockShape,
    showRewards: optional(z.boolean()),
  });
  const [mentioned, wanted] = parseParams(z.tuple([blockFilter, config]), params);
  const { commitment } = readHistoryAt(chain, wanted && { commitment: wanted.commitment });
  const options: BlockOptions = {
    encoding: wanted?.encoding ?? 'base64',
    maxVersion: wanted?.maxSupportedTransactionVersion,
    showRewards: wanted?.showRewards ?? false,
    details: wanted?.transactionDetails ?? 'full',
  };
  assertEncoding(options);
  // The newest slot still takes transactions.
  const newestWhole = () => Math.min(chain.slotAt(commitment), chain.slots.current - 1);
  let told = newestWhole();
  return feed.onSlot(() => {
    for (const newest = newestWhole(); told < newest; ) {
      const slot = ++told;
      const entries = chain.ledger
        .inSlot(slot)
        .filter(({ keys }) => !mentioned || keys.some((key) => key.equals(mentioned)));
      if (mentioned && entries.length === 0) continue;
      notify(withSlot(slot, blockUpdate(chain, slot, entries, options)));
    }
  });
};

function blockUpdate(chain: Chain, slot: number, entries: readonly LedgerEntry[], options: BlockOptions) {
  try {
    return { slot, block: encodeBlock(chain, slot, entries, options), err: null };
  } catch (error) {
    if (!(error instanceof UnsupportedVersion)) throw error;
    return { slot, block: null, err: { UnsupportedTransactionVersion: error.version } };
  }
}

/** The validator's opinion of each slot once it is complete. It is signed, but no transaction carries it. */
const subscribeToVote: Subscribe = (feed, params, notify) => {
  parseParams(z.tuple([]), params);
  const { validator, slots } = feed.chain;
  return feed.onSlot((slot) => {
    const hash = slots.blockhash(slot - 1);
    notify({
      votePubkey: toBase58(validator.voteAccount),
      slots: [slot - 1],
      hash: toBase58(hash),
      timestamp: slots.time(slot - 1) ?? null,
      signature: toBase58(validator.sign(hash)),
    });
  });
};

/** All kinds of subscriptions, by the first word of their methods. */
export const SUBSCRIPTION_KINDS: ReadonlyMap<string, Subscribe> = new Map([
  ['signature', subscribeToSignature],
  ['account', subscribeToAccount],
  ['program', subscribeToProgram],
  ['logs', subscribeToLogs],
  ['slot', subscribeToSlot],
  ['root', subscribeToRoot],
  ['slotsUpdates', subscribeToSlotsUpdates],
  ['block', subscribeToBlock],
  ['vote', subscribeToVote],
]);
