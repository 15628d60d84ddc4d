import { toBase58 } from '../../encoding';
import { ByteReader, Unparsable } from './byte-reader';

const V1_14_11 = 1;
const V3 = 2;
const V4 = 3;
const PRIOR_VOTERS_BYTES = 32 * (32 + 8 + 8) + 8 + 1;
const BLS_KEY_BYTES = 48;

/** The members of a vote account that this package reads too. */
interface VoteState {
  nodePubkey: string;
  rootSlot: bigint | null;
  votes: { latency: number; slot: bigint; confirmationCount: number }[];
  epochCredits: { epoch: bigint; credits: string; previousCredits: string }[];
  inflationRewardsCommissionBps: number;
  commission: number;
}

/** Encodes an account of the vote program; earlier versions as the newest one. @throws {@link Unparsable} */
export function parseVote(data: Buffer, address: Buffer): { type: 'vote'; info: VoteState } {
  const reader = new ByteReader(data);
  const version = reader.u32();
  if (version < V1_14_11 || version > V4) throw new Unparsable(`version ${version}`);
  const nodePubkey = reader.key();
  const authorizedWithdrawer = reader.key();
  const rewards = version === V4 ? ownRewards(reader) : formerRewards(reader, address, nodePubkey);
  const votes = reader.list(reader.u64(), () => ({
    latency: version === V1_14_11 ? 0 : reader.u8(),
    slot: reader.u64(),
    confirmationCount: reader.u32(),
  }));
  const rootSlot = reader.option(() => reader.u64());
  const authorizedVoters = reader.list(reader.u64(), () => ({
    epoch: reader.u64(),
    authorizedVoter: reader.key(),
  }));
  if (version <= V3) reader.bytes(PRIOR_VOTERS_BYTES);
  const epochCredits = reader.list(reader.u64(), () => ({
    epoch: reader.u64(),
    credits: reader.u64().toString(),
    previousCredits: reader.u64().toString(),
  }));
  const lastTimestamp = { slot: reader.u64(), timestamp: reader.i64() };
  const info = {
    nodePubkey,
    authorizedWithdrawer,
    commission: Math.min(Math.ceil(rewards.inflationRewardsCommissionBps / 100), 255),
    votes,
    rootSlot,
    authorizedVoters,
    priorVoters: [],
    epochCredits,
    lastTimestamp,
    ...rewards,
  };
  return { type: 'vote', info };
}

function ownRewards(reader: ByteReader) {
  const inflationRewardsCollector = reader.key();
  const blockRevenueCollector = reader.key();
  return {
    inflationRewardsCommissionBps: reader.u16(),
    inflationRewardsCollector,
    blockRevenueCollector,
    blockRevenueCommissionBps: reader.u16(),
    pendingDelegatorRewards: reader.u64().toString(),
    blsPubkeyCompressed: reader.option(() => toBase58(reader.bytes(BLS_KEY_BYTES))),
  };
}

/** What SIMD-0185 makes of the percentage in earlier versions. */
const formerRewards = (reader: ByteReader, address: Buffer, nodePubkey: string) => ({
  inflationRewardsCommissionBps: reader.u8() * 100,
  inflationRewardsCollector: toBase58(address),
  blockRevenueCollector: nodePubkey,
  blockRevenueCommissionBps: 10_000,
  pendingDelegatorRewards: '0',
  blsPubkeyCompressed: null,
});
