import type { BN } from '@coral-xyz/anchor';
import { ACCOUNT_SIZE, AccountLayout, getMint } from '@solana/spl-token';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { big } from '../core/anchor-values';
import type { ReadInstruction } from '../core/program';
import { type Asset, decodeStake } from './accounts';
import { assetEffects, named } from './effects';
import { type AssetFacts, readAssetFacts, readHoldings } from './facts';
import { assetsProgram, NONE } from './program';

/**
 * Says what an instruction of the assets program does, see `assetEffects`, and why the program would refuse it, with what is on chain.
 * @param earlier what is executed before it
 * @throws AccountError if there is no such asset
 */
export async function readAssetEffects(
  connection: Connection,
  instruction: TransactionInstruction,
  earlier: readonly TransactionInstruction[] = [],
): Promise<{ about: string | undefined; effects: string[]; warnings: string[] }> {
  const read = assetsProgram.read(instruction);
  if (!read) return { about: undefined, effects: [], warnings: [] };
  const { name, account: of } = read;
  if (name === 'setPermit')
    return {
      about: `permits of compliance authority ${of('compliance')}`,
      effects: assetEffects(instruction, {}),
      warnings: [],
    };
  if (name === 'createAsset') {
    const mint = of('paymentMint');
    const { decimals } = await getMint(connection, mint, undefined, of('paymentTokenProgram'));
    return { about: undefined, effects: assetEffects(instruction, { decimals }), warnings: [] };
  }
  const facts = await readAssetFacts(connection, of('asset'));
  const wallet = await walletOf(connection, read);
  const holdings = wallet ? await readHoldings(connection, facts, wallet) : undefined;
  const permitted = wallet && permittedBy(earlier, facts, wallet);
  return {
    about: `asset ${facts.asset.address}, paid in mint ${facts.asset.revenue[0].mint}`,
    effects: assetEffects(instruction, { facts, holdings, permitted }),
    warnings: wrongRole(read, facts.asset),
  };
}

/** The wallet that an instruction is about; undefined where it is about none. */
async function walletOf(
  connection: Connection,
  { name, accounts, account: of }: ReadInstruction,
): Promise<PublicKey | undefined> {
  const signing = ['owner', 'funder', 'holder', 'depositor'].find((one) => accounts.includes(one));
  if (signing) return of(signing);
  if (name !== 'syncPermit' && name !== 'closeStake') return undefined;
  const stake = await connection.getAccountInfo(of('stake'));
  if (stake?.owner.equals(assetsProgram.address) && !of('stake').equals(NONE))
    return decodeStake(of('stake'), stake.data).owner;
  const shares = name === 'syncPermit' ? await connection.getAccountInfo(of('shares')) : null;
  if (!shares || shares.data.length < ACCOUNT_SIZE) return undefined;
  return AccountLayout.decode(shares.data.subarray(0, ACCOUNT_SIZE)).owner;
}

/** Whether earlier instructions leave a wallet a valid permit; undefined where they don't change it. */
function permittedBy(
  earlier: readonly TransactionInstruction[],
  { asset, now }: AssetFacts,
  wallet: PublicKey,
): boolean | undefined {
  const sets = earlier.flatMap((one) => {
    const read = assetsProgram.read(one);
    if (read?.name !== 'setPermit' || !asset.compliance?.equals(read.account('compliance'))) return [];
    const { wallet: of, expiresAt } = read.args as { wallet: PublicKey; expiresAt: BN };
    return of.equals(wallet) ? [big(expiresAt)] : [];
  });
  const last = sets.at(-1);
  return last === undefined ? undefined : now < last;
}

/** Who must sign by role, where not anybody may. */
const ROLES: Readonly<Record<string, { account: string; of: (asset: Asset) => PublicKey | null }>> = {
  proposeAuthority: { account: 'caller', of: ({ authority }) => authority },
  acceptAuthority: { account: 'caller', of: ({ proposedAuthority }) => proposedAuthority },
  announceTranche: { account: 'caller', of: ({ authority }) => authority },
  closeAsset: { account: 'authority', of: ({ authority }) => authority },
  registerDevices: { account: 'authority', of: ({ authority }) => authority },
  retireDevice: { account: 'authority', of: ({ authority }) => authority },
};

/** Says that the program would refuse who signs. */
function wrongRole({ name, account: of }: ReadInstruction, asset: Asset): string[] {
  const role = ROLES[name];
  if (!role) return [];
  const [signer, wanted] = [of(role.account), role.of(asset)];
  if (wanted?.equals(signer)) return [];
  return [`asset ${asset.address} would refuse it now: ${signer} signs, but it must be ${named(wanted)}`];
}
