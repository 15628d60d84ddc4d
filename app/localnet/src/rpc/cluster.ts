import { z } from 'zod';
import { epochOf, SLOTS_PER_EPOCH } from '../chain/epochs';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import {
  API_VERSION,
  address,
  contextConfig,
  contextConfigWith,
  FEATURE_SET,
  type Methods,
  method,
  optional,
  readAt,
  tooMany,
  unsigned,
  withContext,
} from './method';
import { describeBlockhash } from './transactions';

const noParams = z.tuple([]);
const onlyContext = z.tuple([contextConfig]);

const MAX_PRIORITIZATION_FEES = 150;
const MAX_PERFORMANCE_SAMPLES = 720;
const MAX_LOCKS = 128;

/** Methods about the chain as a whole: slots, blockhashes, versions. */
export const clusterMethods: Methods = {
  getSlot: method(onlyContext, (chain, [config]) => readAt(chain, config).slot),
  getBlockHeight: method(onlyContext, (chain, [config]) => chain.slots.height(readAt(chain, config).slot)),
  getTransactionCount: method(onlyContext, (chain) => chain.ledger.count),

  getLatestBlockhash: method(onlyContext, (chain, [config]) => {
    const { slot } = readAt(chain, config);
    return withContext(slot, describeBlockhash(chain, slot));
  }),

  isBlockhashValid: method(z.tuple([address, contextConfig]), (chain, [hash, config]) => {
    const { slot } = readAt(chain, config);
    return withContext(slot, chain.slots.isUsable(hash, slot));
  }),

  getEpochInfo: method(onlyContext, (chain, [config]) => {
    const { slot } = readAt(chain, config);
    const { epoch, index } = epochOf(slot);
    return {
      absoluteSlot: slot,
      blockHeight: chain.slots.height(slot),
      epoch,
      slotIndex: index,
      slotsInEpoch: SLOTS_PER_EPOCH,
      transactionCount: chain.ledger.count,
    };
  }),

  getEpochSchedule: method(noParams, (chain) => {
    const schedule = chain.svm.getEpochSchedule();
    return {
      slotsPerEpoch: schedule.slotsPerEpoch,
      leaderScheduleSlotOffset: schedule.leaderScheduleSlotOffset,
      warmup: schedule.warmup,
      firstNormalEpoch: schedule.firstNormalEpoch,
      firstNormalSlot: schedule.firstNormalSlot,
    };
  }),

  getBlockTime: method(z.tuple([unsigned]), (chain, [slot]) => {
    const time = slot <= chain.slotAt('confirmed') ? chain.slots.time(slot) : undefined;
    if (time === undefined) throw new RpcError('blockNotAvailable', `Block not available for slot ${slot}`);
    return time;
  }),

  getGenesisHash: method(noParams, (chain) => toBase58(chain.slots.blockhash(chain.slots.first))),
  getHealth: method(noParams, () => 'ok'),
  getVersion: method(noParams, () => ({ 'solana-core': API_VERSION, 'feature-set': FEATURE_SET })),
  getHighestSnapshotSlot: method(noParams, () => {
    throw new RpcError('noSnapshot', 'No snapshot');
  }),
  getMaxRetransmitSlot: method(noParams, (chain) => chain.slots.current),
  getMaxShredInsertSlot: method(noParams, (chain) => chain.slots.current),
  // Alpenglow, which this node doesn't have.
  getAgGenesisCert: method(noParams, () => null),

  getSupply: method(
    z.tuple([contextConfigWith({ excludeNonCirculatingAccountsList: optional(z.boolean()) })]),
    (chain, [config]) => {
      const { commitment, slot } = readAt(chain, config);
      const total = chain.accounts(commitment).reduce((sum, { account }) => sum + account.lamports(), 0n);
      return withContext(slot, { total, circulating: total, nonCirculating: 0, nonCirculatingAccounts: [] });
    },
  ),

  getRecentPrioritizationFees: method(
    z.tuple([
      optional(z.array(address).refine((keys) => keys.length <= MAX_LOCKS, tooMany('inputs', MAX_LOCKS))),
    ]),
    (chain) => {
      const newest = chain.slotAt('confirmed');
      const oldest = Math.max(newest - MAX_PRIORITIZATION_FEES + 1, chain.slots.first);
      // Transactions never compete for space in a block here.
      return Array.from({ length: newest - oldest + 1 }, (_, offset) => ({
        slot: oldest + offset,
        prioritizationFee: 0,
      }));
    },
  ),

  getRecentPerformanceSamples: method(
    z.tuple([
      optional(
        unsigned.refine((limit) => limit <= MAX_PERFORMANCE_SAMPLES, {
          params: { validator: `Invalid limit; max ${MAX_PERFORMANCE_SAMPLES}` },
        }),
      ),
    ]),
    (chain, [limit]) => chain.performance.newest(limit ?? MAX_PERFORMANCE_SAMPLES),
  ),
};
