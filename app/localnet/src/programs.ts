import { readFile } from 'node:fs/promises';
import { PublicKey } from '@solana/web3.js';
import { makeAccount } from './chain/account';
import type { Chain } from './chain/chain';
import { fromBase58 } from './encoding';

const UPGRADEABLE_LOADER = new PublicKey(fromBase58('BPFLoaderUpgradeab1e11111111111111111111111')!);
/** Offset of the upgrade authority, an Option<Pubkey>, in a programdata account: after the tag u32 and slot u64. */
const AUTHORITY_OFFSET = 12;

/**
 * Loads a program the way `solana program deploy` leaves it: a program account that points to a programdata
 * account, which names the upgrade authority. Without one the program is final.
 *
 * @throws Error where the file is missing or no valid program
 */
export async function loadProgram(
  chain: Chain,
  address: PublicKey,
  soFile: string,
  upgradeAuthority: PublicKey | undefined,
): Promise<void> {
  chain.svm.addProgram(address.toBytes(), await readFile(soFile));
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
