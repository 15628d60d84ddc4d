import type { PublicKey } from '@solana/web3.js';
import {
  eventAuthorityOf,
  programAddress,
  type TokenHolding,
  tokenAccountAddress,
  tokenAccountWithBump,
} from '../core/addresses';
import { ascii, u32, u64 } from '../core/bytes';
import { PROGRAM_ID } from './program';

const derive = (...seeds: Uint8Array[]): PublicKey => programAddress(PROGRAM_ID, ...seeds);

/** Address of the network that `creator` made under `id`. */
export const networkAddress = ({ creator, id }: { creator: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('network'), creator.toBytes(), u64(id));

/** Address of a network's registry. */
export const registryAddress = (network: PublicKey): PublicKey =>
  derive(ascii('registry'), network.toBytes());

/** Address of a network's page `number`, which keeps devices `number * 1024` and on. */
export const pageAddress = ({ network, number }: { network: PublicKey; number: number }): PublicKey =>
  derive(ascii('page'), network.toBytes(), u32(number));

/** Address of the record of a device's last change of owner. */
export const ownerRecordAddress = ({ network, index }: { network: PublicKey; index: number }): PublicKey =>
  derive(ascii('owner'), network.toBytes(), u32(index));

/** Address of the demand to show a leaf of a pending epoch. */
export const demandAddress = (at: {
  network: PublicKey;
  epoch: bigint;
  attempt: number;
  index: number;
}): PublicKey => derive(ascii('demand'), at.network.toBytes(), u64(at.epoch), u32(at.attempt), u32(at.index));

/** Address that every demand for a leaf of a network names, so that its transactions list them. It holds nothing. */
export const demandLogAddress = (network: PublicKey): PublicKey => derive(ascii('demand'), network.toBytes());

/** Address of an oracle's approval of an epoch's message. */
export const approvalAddress = (at: {
  network: PublicKey;
  committeeVersion: number;
  epoch: bigint;
  attempt: number;
  /** The oracle's Ed25519 key, 32 bytes. */
  oracle: Uint8Array;
}): PublicKey =>
  derive(
    ascii('approval'),
    at.network.toBytes(),
    u32(at.committeeVersion),
    u64(at.epoch),
    u32(at.attempt),
    at.oracle,
  );

/** Address of the record of what `funder` has deposited in a network's vault. */
export const fundingAddress = (at: { network: PublicKey; funder: PublicKey }): PublicKey =>
  derive(ascii('funding'), at.network.toBytes(), at.funder.toBytes());

/** Address of `depositor`'s bond behind an oracle's key. */
export const bondAddress = (at: {
  network: PublicKey;
  oracle: Uint8Array;
  depositor: PublicKey;
}): PublicKey => derive(ascii('bond'), at.network.toBytes(), at.oracle, at.depositor.toBytes());

/** Address of a network's vault, which holds promoted rewards until they are settled. */
export const vaultAddress = (at: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
}): PublicKey => tokenAccountAddress({ ...at, owner: at.network });

/** Returns an owner's associated token account and its bump, which saves `settle` the search. */
export const destination: (holding: TokenHolding) => { address: PublicKey; bump: number } =
  tokenAccountWithBump;

/** Returns the address that signs the program's event self-calls. */
export const eventAuthority = (): PublicKey => eventAuthorityOf(PROGRAM_ID);
