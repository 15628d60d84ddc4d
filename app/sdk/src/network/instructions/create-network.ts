import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../../core/addresses';
import { bn } from '../../core/anchor-values';
import { networkAddress, registryAddress, vaultAddress } from '../addresses';
import {
  type Emission,
  emissionArgument,
  type NetworkFloors,
  type NetworkPolicy,
  policyArgument,
} from '../policy';
import { instruction } from '../program';

export interface CreateNetwork {
  /** Signs, pays the rent of network and registry, and is a seed of the network's address. */
  creator: PublicKey;
  /** Random. */
  id: bigint;
  /** The cluster's, 32 bytes: see `genesisHashOf`. */
  genesisHash: Uint8Array;
  authority: PublicKey;
  /** Default: none. */
  guardian?: PublicKey;
  /** Nobody can freeze it. Minted: its mint authority is the network's address. See `checkRewardMint`. */
  mint: PublicKey;
  /** The mint's token program: SPL Token, the default, or Token-2022. */
  tokenProgram?: PublicKey;
  /** True: rewards are deposited in the vault with `fundVault`. Default: the network mints them. */
  funded?: boolean;
  emission: Emission;
  /** Never change. */
  floors: NetworkFloors;
  policy: NetworkPolicy;
}

/** Creates a network and its registry. The vault, `vaultAddress`, must exist. */
export function createNetwork(args: CreateNetwork): TransactionInstruction {
  const network = networkAddress(args);
  const { mint, tokenProgram = TOKEN_PROGRAM_ID } = args;
  return instruction(
    'createNetwork',
    {
      id: bn(args.id),
      genesisHash: [...args.genesisHash],
      roles: { authority: args.authority, guardian: args.guardian ?? PublicKey.default },
      funded: args.funded ?? false,
      emission: emissionArgument(args.emission),
      floors: args.floors,
      policy: policyArgument(args.policy),
    },
    {
      creator: args.creator,
      network,
      registry: registryAddress(network),
      mint,
      vault: vaultAddress({ network, mint, tokenProgram }),
      tokenProgram,
    },
  );
}
