import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../../core/addresses';
import { bn } from '../../core/anchor-values';
import { buffer } from '../../core/bytes';
import { fundingAddress, pageAddress, vaultAddress } from '../addresses';
import { pageNumber } from '../pages';
import { instruction } from '../program';
import { setLastBytes } from './last-bytes';
import { encodeSettleData, type SettleData } from './settle-data';

/** Opens the page for devices `number * 1024` and on. Anyone may pay its rent. */
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

/** Closes a page of a closed network and returns its rent to `payer`, who opened it. Anyone may send it. */
export const closePage = (args: {
  network: PublicKey;
  number: number;
  payer: PublicKey;
}): TransactionInstruction =>
  instruction('closePage', {}, { network: args.network, payer: args.payer, page: pageAddress(args) });

/** Pays the owners of a run of devices. `destinations` are in the order of the data's segments. Anyone may send it. */
export function settle(args: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
  data: SettleData;
  destinations: readonly PublicKey[];
}): TransactionInstruction {
  const { network, mint, tokenProgram = TOKEN_PROGRAM_ID, data, destinations } = args;
  const built = instruction(
    'settle',
    { run: buffer(new Uint8Array()) },
    {
      network,
      page: pageAddress({ network, number: pageNumber(data.first) }),
      vault: vaultAddress({ network, mint, tokenProgram }),
      tokenProgram,
    },
  );
  setLastBytes(built, encodeSettleData(data));
  for (const pubkey of destinations) built.keys.push({ pubkey, isWritable: true, isSigner: false });
  return built;
}

/** Deposits reward tokens in a funded network's vault from `source`, an account of the funder, who signs. */
export const fundVault = (args: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
  funder: PublicKey;
  source: PublicKey;
  amount: bigint;
}): TransactionInstruction => {
  const { network, mint, tokenProgram = TOKEN_PROGRAM_ID, funder, source, amount } = args;
  const vault = vaultAddress({ network, mint, tokenProgram });
  const funding = fundingAddress({ network, funder });
  return instruction(
    'fundVault',
    { amount: bn(amount) },
    { funder, network, funding, source, vault, tokenProgram },
  );
};

/** Returns a funder's part of what a closed network has left, and the rent of its record. The funder signs. */
export const withdrawSurplus = (args: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
  funder: PublicKey;
  /** A token account that receives it. */
  destination: PublicKey;
}): TransactionInstruction => {
  const { network, mint, tokenProgram = TOKEN_PROGRAM_ID, funder, destination } = args;
  const vault = vaultAddress({ network, mint, tokenProgram });
  const funding = fundingAddress({ network, funder });
  return instruction('withdrawSurplus', {}, { funder, network, funding, vault, destination, tokenProgram });
};
