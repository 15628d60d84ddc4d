import { PublicKey, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import { epochOf, firstSlotOf, SLOTS_PER_EPOCH } from '../chain/epochs';
import { decodeTransaction } from '../chain/transaction';
import { fromBase58, toBase58 } from '../encoding';
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
import { parseStake } from './parsed/stake-account';
import { parseVote } from './parsed/vote-account';

const VOTE_PROGRAM = fromBase58('Vote111111111111111111111111111111111111111')!;
const STAKE_PROGRAM = fromBase58('Stake11111111111111111111111111111111111111')!;

const GET_MINIMUM_DELEGATION = Buffer.from([13, 0, 0, 0]);

const MAX_SLOT_LEADERS = 5000;
const MAX_REWARD_ADDRESSES = 32;
const MAX_LOCKOUT_HISTORY = 32;
const DELINQUENT_SLOTS = 128;
const EPOCH_CREDITS_SHOWN = 5;

/** Asks the stake program for the least that it delegates, lamports. */
function minimumDelegation(chain: Chain): bigint {
  const { identity } = chain.validator;
  const message = new TransactionMessage({
    payerKey: new PublicKey(identity),
    recentBlockhash: toBase58(chain.slots.blockhash(chain.slots.current)),
    instructions: [{ programId: new PublicKey(STAKE_PROGRAM), keys: [], data: GET_MINIMUM_DELEGATION }],
  }).compileToLegacyMessage();
  const wire = Buffer.from(new VersionedTransaction(message).serialize());
  const { meta } = chain.simulate(decodeTransaction(wire), 'processed', false);
  const answer = Buffer.from(meta?.returnData().data() ?? []);
  if (answer.length !== 8) throw new Error('the stake program gave no minimum delegation');
  return answer.readBigUInt64LE();
}

/** Delegated lamports by vote account, those that count in the present epoch. */
function activeStake(chain: Chain, commitment: Commitment, epoch: number): Map<string, bigint> {
  const byVoter = new Map<string, bigint>();
  for (const { account } of chain.programAccounts(STAKE_PROGRAM, commitment)) {
    const delegation = delegationOf(Buffer.from(account.data()));
    if (!delegation) continue;
    const activated = BigInt(delegation.activationEpoch);
    const isActive =
      (activated === 2n ** 64n - 1n || activated < epoch) && BigInt(delegation.deactivationEpoch) > epoch;
    if (!isActive) continue;
    byVoter.set(delegation.voter, (byVoter.get(delegation.voter) ?? 0n) + BigInt(delegation.stake));
  }
  return byVoter;
}

function delegationOf(data: Buffer) {
  const { type, info } = parseStake(data);
  if (type !== 'delegated') return undefined;
  const { stake } = info as { stake: { delegation: Record<string, string> } };
  const { voter, stake: lamports, activationEpoch, deactivationEpoch } = stake.delegation;
  return {
    voter: voter!,
    stake: lamports!,
    activationEpoch: activationEpoch!,
    deactivationEpoch: deactivationEpoch!,
  };
}

function voteAccounts(chain: Chain, commitment: Commitment, slot: number) {
  const { epoch } = epochOf(slot);
  const stakes = activeStake(chain, commitment, epoch);
  return chain.programAccounts(VOTE_PROGRAM, commitment).map(({ address, account }) => {
    const { info } = parseVote(Buffer.from(account.data()), address);
    const isOwn = address.equals(chain.validator.voteAccount);
    return {
      votePubkey: toBase58(address),
      nodePubkey: info.nodePubkey,
      activatedStake: stakes.get(toBase58(address)) ?? 0n,
      commission: info.commission,
      inflationRewardsCommissionBps: info.inflationRewardsCommissionBps,
      // The chain's validator sends no votes, yet every slot is as if it had voted.
      rootSlot: isOwn ? chain.slotAt('finalized') : Number(info.rootSlot ?? 0n),
      lastVote: isOwn ? slot : Number(info.votes.at(-1)?.slot ?? 0n),
      epochVoteAccount: isOwn,
      epochCredits: info.epochCredits
        .slice(-EPOCH_CREDITS_SHOWN)
        .map((one) => [one.epoch, BigInt(one.credits), BigInt(one.previousCredits)]),
    };
  });
}

const slotOrConfig = z.union([unsigned, contextConfigWith({ identity: optional(address) })]);

/** The last epoch whose leaders are known: the next one. */
const lastKnownEpoch = (chain: Chain): number => epochOf(chain.slots.current).epoch + 1;

/** Methods about validators, of which there is one. */
export const validatorMethods: Methods = {
  getIdentity: method(z.tuple([]), (chain) => ({ identity: toBase58(chain.validator.identity) })),

  getSlotLeader: method(z.tuple([contextConfig]), (chain, [config]) => {
    readAt(chain, config);
    return toBase58(chain.validator.identity);
  }),

  getSlotLeaders: method(
    z.tuple([
      unsigned,
      unsigned.refine((limit) => limit <= MAX_SLOT_LEADERS, {
        params: { validator: `Invalid limit; max ${MAX_SLOT_LEADERS}` },
      }),
    ]),
    (chain, [start, limit]) => {
      const { epoch } = epochOf(start + Math.max(limit - 1, 0));
      if (epoch > lastKnownEpoch(chain)) {
        throw new RpcError(
          'invalidParams',
          `Invalid slot range: leader schedule for epoch ${epoch} is unavailable`,
        );
      }
      return Array.from({ length: limit }, () => toBase58(chain.validator.identity));
    },
  ),

  getLeaderSchedule: method(
    z.tuple([optional(slotOrConfig), contextConfigWith({ identity: optional(address) })]),
    (chain, [first, second]) => {
      const config = (typeof first === 'object' ? first : undefined) ?? second;
      const slot = typeof first === 'number' ? first : readAt(chain, config).slot;
      if (epochOf(slot).epoch > lastKnownEpoch(chain)) return null;
      if (config?.identity && !config.identity.equals(chain.validator.identity)) return {};
      const slots = Array.from({ length: SLOTS_PER_EPOCH }, (_, index) => index);
      return { [toBase58(chain.validator.identity)]: slots };
    },
  ),

  getBlockProduction: method(
    z.tuple([
      contextConfigWith({
        identity: optional(address),
        range: optional(z.object({ firstSlot: unsigned, lastSlot: optional(unsigned) })),
      }),
    ]),
    (chain, [config]) => {
      const { slot } = readAt(chain, config);
      // The chain begins in the middle of an epoch: it had no leader before.
      const firstSlot =
        config?.range?.firstSlot ?? Math.max(firstSlotOf(epochOf(slot).epoch), chain.slots.first);
      const lastSlot = config?.range?.lastSlot ?? slot;
      const refuse = (why: string) => new RpcError('invalidParams', why);
      if (lastSlot < firstSlot) {
        throw refuse(`lastSlot, ${lastSlot}, cannot be less than firstSlot, ${firstSlot}`);
      }
      if (firstSlot < chain.slots.first) {
        throw refuse(`firstSlot, ${firstSlot}, is too small; min ${chain.slots.first}`);
      }
      if (lastSlot > slot) throw refuse(`lastSlot, ${lastSlot}, is too large; max ${slot}`);
      const isAsked = !config?.identity || config.identity.equals(chain.validator.identity);
      const count = lastSlot - firstSlot + 1;
      return withContext(slot, {
        byIdentity: isAsked ? { [toBase58(chain.validator.identity)]: [count, count] } : {},
        range: { firstSlot, lastSlot },
      });
    },
  ),

  getVoteAccounts: method(
    z.tuple([
      contextConfigWith({
        votePubkey: optional(address),
        keepUnstakedDelinquents: optional(z.boolean()),
        delinquentSlotDistance: optional(unsigned),
      }),
    ]),
    (chain, [config]) => {
      const { commitment, slot } = readAt(chain, config);
      const wanted = config?.votePubkey && toBase58(config.votePubkey);
      const all = voteAccounts(chain, commitment, slot).filter(
        ({ votePubkey }) => !wanted || votePubkey === wanted,
      );
      const distance = config?.delinquentSlotDistance ?? DELINQUENT_SLOTS;
      const isCurrent = ({ lastVote }: { lastVote: number }) =>
        slot >= distance ? lastVote > slot - distance : lastVote > 0;
      return {
        current: all.filter(isCurrent),
        delinquent: all.filter(
          (one) => !isCurrent(one) && (config?.keepUnstakedDelinquents || one.activatedStake > 0n),
        ),
      };
    },
  ),

  getClusterNodes: method(z.tuple([]), (chain) => [
    {
      pubkey: toBase58(chain.validator.identity),
      gossip: null,
      tvu: null,
      tpu: null,
      tpuQuic: null,
      tpuForwards: null,
      tpuForwardsQuic: null,
      tpuVote: null,
      serveRepair: null,
      rpc: chain.endpoints?.rpc ?? null,
      pubsub: chain.endpoints?.pubsub ?? null,
      version: API_VERSION,
      clientId: null,
      featureSet: FEATURE_SET,
      shredVersion: null,
    },
  ]),

  getStakeMinimumDelegation: method(z.tuple([contextConfig]), (chain, [config]) =>
    withContext(readAt(chain, config).slot, minimumDelegation(chain)),
  ),

  // Nothing is inflated here.
  getInflationGovernor: method(z.tuple([contextConfig]), () => ({
    initial: 0,
    terminal: 0,
    taper: 1,
    foundation: 0,
    foundationTerm: 0,
  })),

  getInflationRate: method(z.tuple([]), (chain) => ({
    total: 0,
    validator: 0,
    foundation: 0,
    epoch: epochOf(chain.slotAt('finalized')).epoch,
  })),

  getInflationReward: method(
    z.tuple([
      z
        .array(address)
        .refine((list) => list.length <= MAX_REWARD_ADDRESSES, tooMany('inputs', MAX_REWARD_ADDRESSES)),
      contextConfigWith({ epoch: optional(unsigned) }),
    ]),
    (chain, [addresses, config]) => {
      const { slot } = readAt(chain, config);
      const epoch = config?.epoch ?? epochOf(slot).epoch - 1;
      // The rewards of an epoch are in the first block of the next one.
      const paidAt = firstSlotOf(epoch + 1);
      if (paidAt > slot) throw new RpcError('blockNotAvailable', `Block not available for slot ${paidAt}`);
      return addresses.map(() => null);
    },
  ),

  getBlockCommitment: method(z.tuple([unsigned]), (chain, [slot]) => {
    const age = chain.slots.current - slot;
    const isRecent = age >= 0 && slot > chain.slotAt('finalized') && age < MAX_LOCKOUT_HISTORY;
    const votes = Array.from({ length: MAX_LOCKOUT_HISTORY }, (_, depth) =>
      depth === age ? chain.validator.stake : 0n,
    );
    return { commitment: isRecent ? votes : null, totalStake: chain.validator.stake };
  }),
};
