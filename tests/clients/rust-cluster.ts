import { z } from 'zod';
import { COMMITMENT, inContext, key, type RustRequest, u64 } from './rust-request';

const voter = z.object({
  votePubkey: key,
  nodePubkey: key,
  activatedStake: u64,
  commission: z.int(),
  epochVoteAccount: z.boolean(),
  epochCredits: z.array(z.tuple([u64, u64, u64])),
  lastVote: u64,
  rootSlot: u64,
});

/** Requests for validators, epochs and totals. */
export const CLUSTER_REQUESTS: readonly RustRequest[] = [
  {
    command: 'solana validators',
    method: 'getVoteAccounts',
    params: () => [
      { votePubkey: null, keepUnstakedDelinquents: true, ...COMMITMENT, delinquentSlotDistance: null },
    ],
    result: z.object({ current: z.array(voter).length(1), delinquent: z.array(voter).length(0) }),
  },
  {
    command: 'solana block-production',
    method: 'getBlockProduction',
    params: () => [],
    result: inContext(
      z.object({
        byIdentity: z.record(key, z.tuple([u64, u64])),
        range: z.object({ firstSlot: u64, lastSlot: u64 }),
      }),
    ),
  },
  {
    command: 'solana gossip',
    method: 'getClusterNodes',
    params: () => [],
    result: z.array(z.object({ pubkey: key, version: z.string(), shredVersion: u64.nullable() })).length(1),
  },
  {
    command: 'solana leader-schedule',
    method: 'getLeaderSchedule',
    params: () => [null, COMMITMENT],
    result: z.record(key, z.array(u64).min(1)),
  },
  {
    command: 'solana epoch-info',
    method: 'getEpochInfo',
    params: () => [COMMITMENT],
    result: z.object({
      epoch: u64,
      slotIndex: u64,
      slotsInEpoch: u64,
      absoluteSlot: u64,
      blockHeight: u64,
      transactionCount: u64,
    }),
  },
  {
    command: 'solana epoch-info',
    method: 'getRecentPerformanceSamples',
    params: () => [60],
    result: z.array(z.object({ slot: u64, numTransactions: u64, numSlots: u64, samplePeriodSecs: u64 })),
  },
  {
    command: 'solana leader-schedule',
    method: 'getEpochSchedule',
    params: () => [],
    result: z.object({
      slotsPerEpoch: u64,
      leaderScheduleSlotOffset: u64,
      warmup: z.boolean(),
      firstNormalEpoch: u64,
      firstNormalSlot: u64,
    }),
  },
  {
    command: 'solana inflation',
    method: 'getInflationGovernor',
    params: () => [],
    result: z.object({
      initial: z.number(),
      terminal: z.number(),
      taper: z.number(),
      foundation: z.number(),
      foundationTerm: z.number(),
    }),
  },
  {
    command: 'solana inflation',
    method: 'getInflationRate',
    params: () => [],
    result: z.object({ total: z.number(), validator: z.number(), foundation: z.number(), epoch: u64 }),
  },
  {
    command: 'solana largest-accounts',
    method: 'getLargestAccounts',
    params: () => [{ ...COMMITMENT, filter: null, sortResults: null }],
    result: inContext(
      z
        .array(z.object({ address: key, lamports: u64 }))
        .min(1)
        .max(20),
    ),
  },
  {
    command: 'solana supply',
    method: 'getSupply',
    params: () => [COMMITMENT],
    result: inContext(
      z.object({
        total: u64,
        circulating: u64,
        nonCirculating: u64,
        nonCirculatingAccounts: z.array(key),
      }),
    ),
  },
  {
    command: 'solana transaction-count',
    method: 'getTransactionCount',
    params: () => [COMMITMENT],
    result: u64,
  },
  {
    command: 'solana stake-minimum-delegation',
    method: 'getStakeMinimumDelegation',
    params: () => [COMMITMENT],
    result: inContext(u64.min(1)),
  },
  { command: 'solana catchup', method: 'getIdentity', params: () => [], result: z.object({ identity: key }) },
  { command: 'solana genesis-hash', method: 'getGenesisHash', params: () => [], result: key },
  {
    command: 'solana cluster-version',
    method: 'getVersion',
    params: () => [],
    result: z.object({ 'solana-core': z.string(), 'feature-set': u64 }),
  },
];
