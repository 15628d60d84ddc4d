import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { pageAddress, pageNumber, vaultAddress } from '../pda';
import { instruction } from '../program';
import { encodeSettleData, type SettleData } from '../settle-data';

/** Opens the page that keeps what devices `number * 1024` and on are paid. Anyone may pay its rent. */
export const openPage = (args: {
  network: PublicKey;
  number: number;
  payer: PublicKey;
}): TransactionInstruction =>
  instruction(
    'openPage',
    { number: args.number },
    { network: args.network, payer: args.payer, page: pageAddress(args) },
  );

/** Pays the owners of a run of devices. `destinations` are in the order of the data's segments. Anyone may send it. */
export function settle(args: {
  network: PublicKey;
  mint: PublicKey;
  data: SettleData;
  destinations: readonly PublicKey[];
}): TransactionInstruction {
  const { network, mint, data, destinations } = args;
  const built = instruction(
    'settle',
    { run: Buffer.from(encodeSettleData(data)) },
    {
      network,
      page: pageAddress({ network, number: pageNumber(data.first) }),
      vault: vaultAddress({ network, mint }),
    },
  );
  for (const pubkey of destinations) built.keys.push({ pubkey, isWritable: true, isSigner: false });
  return built;
}
