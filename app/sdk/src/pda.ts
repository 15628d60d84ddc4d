import {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  getAssociatedTokenAddressSync,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { u32, u64 } from './bytes';
import { PROGRAM_ID } from './program';

/** Devices that one page keeps. */
export const PAGE_SLOTS = 1024;

const derive = (...seeds: Uint8Array[]): PublicKey => PublicKey.findProgramAddressSync(seeds, PROGRAM_ID)[0];
const text = (seed: string): Uint8Array => Buffer.from(seed);

/** Address of the network that `creator` made under `id`. */
export const networkAddress = ({ creator, id }: { creator: PublicKey; id: bigint }): PublicKey =>
  derive(text('network'), creator.toBytes(), u64(id));

/** Address of a network's registry. */
export const registryAddress = (network: PublicKey): PublicKey => derive(text('registry'), network.toBytes());

/** Number of the page that keeps a device. */
export const pageNumber = (index: number): number => Math.floor(index / PAGE_SLOTS);

/** Address of a network's page `number`, which keeps devices `number * 1024` and on. */
export const pageAddress = ({ network, number }: { network: PublicKey; number: number }): PublicKey =>
  derive(text('page'), network.toBytes(), u32(number));

/** Where a network's promoted rewards wait to be settled. */
export const vaultAddress = ({ network, mint }: { network: PublicKey; mint: PublicKey }): PublicKey =>
  getAssociatedTokenAddressSync(mint, network, true);

/** An owner's associated token account, and the bump that `settle` takes in place of a search. */
export function destination({ owner, mint }: { owner: PublicKey; mint: PublicKey }): {
  address: PublicKey;
  bump: number;
} {
  const seeds = [owner.toBytes(), TOKEN_PROGRAM_ID.toBytes(), mint.toBytes()];
  const [address, bump] = PublicKey.findProgramAddressSync(seeds, ASSOCIATED_TOKEN_PROGRAM_ID);
  return { address, bump };
}

/** Signs the program's self-calls that carry events. */
export const eventAuthority = (): PublicKey => derive(text('__event_authority'));
