import { BN } from '@coral-xyz/anchor';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { networkAddress, registryAddress, vaultAddress } from '../pda';
import { instruction } from '../program';

/** What the authority may change about a network. */
export interface NetworkPolicy {
  /** Most that one device may earn in one epoch, in base units. */
  deviceEpochCap: bigint;
  /** Least seconds from one cut to the next. */
  epochSeconds: number;
  /** Seconds that a posted epoch stays open to challenge. */
  challengeSeconds: number;
  /** Greatest capacity of a device by kind, 8 entries, in the kind's unit; 0 admits none. */
  maxCapacity: readonly number[];
}

/** How reward tokens come into being. */
export interface Emission {
  /** Most base units that may ever exist. */
  maxSupply: bigint;
  /** Most base units that the first epochs may earn each. */
  epochCap: bigint;
  /** Epochs after which the cap halves, again and again; 0n: never. */
  halvingEpochs: bigint;
}

/** Most that `epoch` (from 1) may add to the total earned, as the program has it. */
export function epochCapOf({ epochCap, halvingEpochs }: Emission, epoch: bigint): bigint {
  return halvingEpochs === 0n ? epochCap : epochCap >> ((epoch - 1n) / halvingEpochs);
}

export interface CreateNetwork {
  /** Signs, pays the rent of network and registry, and is a seed of the network's address. */
  creator: PublicKey;
  /** Random. */
  id: bigint;
  authority: PublicKey;
  /** Default: none. */
  guardian?: PublicKey;
  /** A mint whose mint authority is the network's address and that nobody can freeze. */
  mint: PublicKey;
  emission: Emission;
  policy: NetworkPolicy;
}

/** Creates a network and its registry. The vault, `vaultAddress`, must exist. */
export function createNetwork(args: CreateNetwork): TransactionInstruction {
  const network = networkAddress(args);
  const { emission, policy } = args;
  return instruction(
    'createNetwork',
    {
      id: bn(args.id),
      roles: { authority: args.authority, guardian: args.guardian ?? PublicKey.default },
      emission: {
        maxSupply: bn(emission.maxSupply),
        epochCap: bn(emission.epochCap),
        halvingEpochs: bn(emission.halvingEpochs),
      },
      policy: { ...policy, deviceEpochCap: bn(policy.deviceEpochCap), maxCapacity: [...policy.maxCapacity] },
    },
    {
      creator: args.creator,
      network,
      registry: registryAddress(network),
      mint: args.mint,
      vault: vaultAddress({ network, mint: args.mint }),
    },
  );
}

const bn = (value: bigint): BN => new BN(value.toString());
