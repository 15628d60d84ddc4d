import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concat, concatAll, ofLength, u8, u32, u64 } from '../../core/bytes';
import { ownerRecordAddress, pageAddress, registryAddress } from '../addresses';
import { encodeDevice, type RegistryProof } from '../merkle/registry';
import { pageNumber } from '../pages';
import { coder, instruction, PROGRAM_ID } from '../program';

/** A device's leaf and its path to a root. */
export interface ProvenLeaf {
  index: number;
  /** 32 bytes. */
  owner: PublicKey;
  /** Base units since the start. */
  earned: bigint;
  /** `LedgerTree.proveRun(index, 1)`. */
  proof: readonly Uint8Array[];
}

/** What a challenge proves a fault by. */
export interface ChallengeProof {
  /** The device's leaf under the pending root. */
  leaf: ProvenLeaf;
  /** Its leaf under the current root: needed for a fault of growth, unless the device is new. */
  before?: ProvenLeaf | null;
  /** Its leaf in the registry: needed for a wrong owner, unless the device has an owner record. */
  device?: RegistryProof | null;
  /** Whether it takes back what the device was paid, which its page proves: a fault of corrective epochs. */
  belowPaid?: boolean;
  /** Bonds of the pending epoch's signers, see `signerBonds`. */
  bonds?: readonly PublicKey[];
}

const withLength = (bytes: Uint8Array) => concat(u32(bytes.length), bytes);
const leafBytes = ({ owner, earned }: ProvenLeaf) => concat(owner.toBytes(), u64(earned));

/**
 * Voids the pending epoch by proving one leaf that the rules forbid, and slashes its signers. Anyone may send it; the
 * challenger receives a tenth of what is slashed. Where all that is wrong is that a corrective epoch takes back what the device
 * was paid, nobody is slashed: it may have been paid after they signed.
 */
export function challengeEpoch(
  args: { network: PublicKey; challenger: PublicKey } & ChallengeProof,
): TransactionInstruction {
  const { network, challenger, leaf, before, device, belowPaid = false, bonds = [] } = args;
  const accounts = {
    challenger,
    network,
    registry: registryAddress(network),
    record: ownerRecordAddress({ network, index: leaf.index }),
    page: belowPaid ? pageAddress({ network, number: pageNumber(leaf.index) }) : PROGRAM_ID,
  };
  const nothing = buffer(new Uint8Array());
  const empty = { index: leaf.index, claim: { owner: leaf.owner, earned: bn(leaf.earned) } };
  const built = instruction(
    'challengeEpoch',
    { ...empty, proof: nothing, before: null, beforeProof: nothing, device: nothing, devicePath: nothing },
    accounts,
  );
  // Anchor's coder takes up to 1,000 bytes of arguments, and two proofs of a big network have more.
  built.data = buffer(
    concat(
      built.data.subarray(0, coder.instruction.encode('cutEpoch', {}).length),
      u32(leaf.index),
      leafBytes(leaf),
      withLength(concatAll(leaf.proof)),
      before ? concat(u8(1), leafBytes(before)) : u8(0),
      withLength(concatAll(before?.proof ?? [])),
      withLength(device ? encodeDevice(device.device) : new Uint8Array()),
      withLength(concatAll(device?.path.map((hash) => ofLength(32, hash, 'a hash of the path')) ?? [])),
    ),
  );
  for (const pubkey of bonds) built.keys.push({ pubkey, isWritable: true, isSigner: false });
  return built;
}
