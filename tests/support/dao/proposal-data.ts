import { ascii, concat, u16, u32, u64 } from '@commonwire/sdk/core';
import type { PublicKey } from '@solana/web3.js';

const NONE = Uint8Array.of(0);
const some = (value: Uint8Array) => concat(Uint8Array.of(1), value);
const PROPOSAL_V2 = 14;
const VOTING = 2;

/** The bytes of a proposal of SPL Governance 4.0.0 that is open for votes since a slot, as far as the stake program reads. */
export const proposalData = (of: {
  governance: PublicKey;
  mint: PublicKey;
  votingSlot: bigint;
}): Uint8Array =>
  concat(
    Uint8Array.of(PROPOSAL_V2),
    of.governance.toBytes(),
    of.mint.toBytes(),
    Uint8Array.of(VOTING),
    new Uint8Array(32),
    Uint8Array.of(1, 1),
    // A single choice of one option.
    Uint8Array.of(0),
    u32(1),
    u32(7),
    ascii('Approve'),
    u64(0n),
    Uint8Array.of(0),
    ...[0, 0, 0].map(u16),
    some(u64(0n)),
    NONE,
    NONE,
    NONE,
    u64(1n),
    some(u64(1n)),
    some(u64(1n)),
    some(u64(of.votingSlot)),
    new Uint8Array(64),
  );
