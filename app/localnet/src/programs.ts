import { readFile } from 'node:fs/promises';
import { PublicKey } from '@solana/web3.js';
import { makeAccount } from './chain/account';
import type { Chain } from './chain/chain';
import { fromBase58 } from './encoding';

const UPGRADEABLE_LOADER = new PublicKey(fromBase58('BPFLoaderUpgradeab1e11111111111111111111111')!);
/** Offset of the upgrade authority, an Option<Pubkey>, in a programdata account, after a u32 tag and the u64 slot. */
const AUTHORITY_OFFSET = 12;

/**
 * Loads a program as `solana program deploy` would: with a program account that points to a programdata account, which
 * names the upgrade authority. Without an authority the program is final.
 *
 * @throws Error if the file is missing or not a valid program
 */
export async function loadProgram(
  chain: Chain,
  address: PublicKey,
  soFile: string,
  upgradeAuthority: PublicKey | undefined,
): Promise<void> {
  chain.addProgram(address.toBytes(), await readFile(soFile));
  if (!upgradeAuthority) return;
  const [programData] = PublicKey.findProgramAddressSync([address.toBytes()], UPGRADEABLE_LOADER);
  const account = chain.svm.getAccount(programData.toBytes());
  if (!account) throw new Error(`no programdata account for ${address.toBase58()}`);
  const data = Buffer.from(account.data());
  data[AUTHORITY_OFFSET] = 1;
  upgradeAuthority.toBuffer().copy(data, AUTHORITY_OFFSET + 1);
  chain.setAccount(
    programData.toBytes(),
    makeAccount(account.lamports(), data, UPGRADEABLE_LOADER.toBytes()),
  );
}
