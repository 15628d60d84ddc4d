import type { PublicKey } from '@solana/web3.js';
import { programAddress } from '../core/addresses';
import { ascii, u32, u64 } from '../core/bytes';
import { marketProgram } from './program';

const derive = (...seeds: Uint8Array[]): PublicKey => programAddress(marketProgram.address, ...seeds);

/** Address of the market that `creator` made under `id`. It owns the market's vault. */
export const marketAddress = ({ creator, id }: { creator: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('market'), creator.toBytes(), u64(id));

/** Address of a market's area. `cell`: an H3 cell. */
export const areaAddress = ({ market, cell }: { market: PublicKey; cell: bigint }): PublicKey =>
  derive(ascii('area'), market.toBytes(), u64(cell));

/** Address at which an area admits a meter, by its index in the network's registry. */
export const meterAddress = ({ area, device }: { area: PublicKey; device: number }): PublicKey =>
  derive(ascii('meter'), area.toBytes(), u32(device));

/** Address of the offer that `owner` made under `id`. */
export const offerAddress = (at: { market: PublicKey; owner: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('offer'), at.market.toBytes(), at.owner.toBytes(), u64(at.id));

/** Address of the order that `consumer` made under `id`. */
export const orderAddress = (at: { market: PublicKey; consumer: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('order'), at.market.toBytes(), at.consumer.toBytes(), u64(at.id));
