import {
  ASSOCIATED_TOKEN_PROGRAM_ID,
  getAssociatedTokenAddressSync,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { u32, u64 } from '../core/bytes';
import { PROGRAM_ID } from './program';

export { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';

/** Devices that one page keeps. */
export const PAGE_SLOTS = 1024;

/** Addresses derived lately: each takes a quarter of a millisecond, and many transactions name the same ones. */
const derived = new Map<string, PublicKey>();
const MOST_DERIVED = 4096;

function once(key: string, make: () => PublicKey): PublicKey {
  const known = derived.get(key);
  if (known) return known;
  const address = make();
  if (derived.size >= MOST_DERIVED) derived.clear();
  derived.set(key, address);
  return address;
}

const derive = (...seeds: Uint8Array[]): PublicKey =>
  once(
    seeds.map((seed) => Buffer.from(seed).toString('hex')).join(),
    () => PublicKey.findProgramAddressSync(seeds, PROGRAM_ID)[0],
  );
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

/** Where the last change of a device's owner is recorded. */
export const ownerRecordAddress = ({ network, index }: { network: PublicKey; index: number }): PublicKey =>
  derive(text('owner'), network.toBytes(), u32(index));

/** Where `payer` keeps a device's leaf for a challenge. */
export const witnessAddress = (at: { payer: PublicKey; network: PublicKey; index: number }): PublicKey =>
  derive(text('witness'), at.payer.toBytes(), at.network.toBytes(), u32(at.index));

/** Where `depositor` keeps lamports behind an oracle's key. */
export const bondAddress = (at: {
  network: PublicKey;
  oracle: Uint8Array;
  depositor: PublicKey;
}): PublicKey => derive(text('bond'), at.network.toBytes(), at.oracle, at.depositor.toBytes());

/** Where a network's promoted rewards wait to be settled. */
export const vaultAddress = ({
  network,
  mint,
  tokenProgram = TOKEN_PROGRAM_ID,
}: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
}): PublicKey =>
  once(`${network} ${mint} ${tokenProgram}`, () =>
    getAssociatedTokenAddressSync(mint, network, true, tokenProgram),
  );

/** An owner's associated token account, and the bump that `settle` takes in place of a search. */
export function destination({
  owner,
  mint,
  tokenProgram = TOKEN_PROGRAM_ID,
}: {
  owner: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
}): { address: PublicKey; bump: number } {
  const seeds = [owner.toBytes(), tokenProgram.toBytes(), mint.toBytes()];
  const [address, bump] = PublicKey.findProgramAddressSync(seeds, ASSOCIATED_TOKEN_PROGRAM_ID);
  return { address, bump };
}

/** Signs the program's self-calls that carry events. */
export const eventAuthority = (): PublicKey => derive(text('__event_authority'));
