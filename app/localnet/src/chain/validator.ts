import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Keypair } from '@solana/web3.js';
import { fromBase58 } from '../encoding';
import { makeAccount } from './account';

const VOTE_PROGRAM = fromBase58('Vote111111111111111111111111111111111111111')!;
const STAKE_PROGRAM = fromBase58('Stake11111111111111111111111111111111111111')!;
const VOTE_BYTES = 3762;
const STAKE_BYTES = 200;
const VOTE_V4 = 3;
const STAKE_DELEGATED = 2;
/** Delegations of the first epoch: active from the start. */
const BOOTSTRAP_EPOCH = 2n ** 64n - 1n;
const NEVER = 2n ** 64n - 1n;
const ACTIVATED_STAKE = 1_000_000_000_000n;
const ALL_TO_VALIDATOR = 10_000;

/** The part of a chain that a validator needs. */
interface ValidatorChain {
  setAccount(address: Uint8Array, account: ReturnType<typeof makeAccount>): void;
}

const u16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};

/** A vote account's state without votes, in its fourth version. */
const voteState = (identity: Buffer, address: Buffer, epoch: bigint): Buffer =>
  Buffer.concat([
    u32(VOTE_V4),
    identity, // node
    identity, // withdrawer
    address, // collector of inflation rewards
    identity, // collector of block revenue
    u16(0), // commission of rewards
    u16(ALL_TO_VALIDATOR),
    u64(0n), // pending rewards
    Buffer.from([0]), // no BLS key
    u64(0n), // no votes
    Buffer.from([0]), // no root
    ...[u64(1n), u64(epoch), identity], // the voter since the first epoch
    u64(0n), // no credits
    ...[u64(0n), u64(0n)], // last timestamp
  ]);

const stakeState = (identity: Buffer, vote: Buffer, rent: bigint): Buffer =>
  Buffer.concat([
    u32(STAKE_DELEGATED),
    u64(rent),
    ...[identity, identity], // staker, withdrawer
    ...[u64(0n), u64(0n), Buffer.alloc(32)], // no lockup
    ...[vote, u64(ACTIVATED_STAKE), u64(BOOTSTRAP_EPOCH), u64(NEVER)],
    Buffer.alloc(8), // former warm-up rate
    u64(0n), // credits observed
    Buffer.from([0]), // flags
  ]);

const padded = (data: Buffer, size: number): Buffer =>
  Buffer.concat([data, Buffer.alloc(size - data.length)]);

/**
 * The one validator of a local chain, with a vote account and stake, as the first validator of a cluster has them. It
 * leads every slot and sends no votes.
 */
export class Validator {
  private readonly privateKey: KeyObject;
  readonly identity: Buffer;
  readonly voteAccount: Buffer = Keypair.generate().publicKey.toBuffer();
  /** Lamports delegated to it from the start. */
  readonly stake = ACTIVATED_STAKE;

  constructor(chain: ValidatorChain, epoch: number, rentFor: (bytes: number) => bigint) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    // The raw key is at the end of its encoding.
    this.identity = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const vote = padded(voteState(this.identity, this.voteAccount, BigInt(epoch)), VOTE_BYTES);
    chain.setAccount(this.voteAccount, makeAccount(rentFor(VOTE_BYTES), vote, VOTE_PROGRAM));
    const rent = rentFor(STAKE_BYTES);
    const stake = padded(stakeState(this.identity, this.voteAccount, rent), STAKE_BYTES);
    const stakeAddress = Keypair.generate().publicKey.toBytes();
    chain.setAccount(stakeAddress, makeAccount(rent + ACTIVATED_STAKE, stake, STAKE_PROGRAM));
    chain.setAccount(
      this.identity,
      makeAccount(rentFor(0) + ACTIVATED_STAKE, new Uint8Array(), new Uint8Array(32)),
    );
  }

  /** Signs bytes with its identity. */
  sign(message: Uint8Array): Buffer {
    return sign(null, message, this.privateKey);
  }
}
