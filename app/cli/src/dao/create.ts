import { ascii, count, sha256, toHex } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import {
  createGovernance,
  createRealm,
  type DaoRules,
  fetchRealm,
  governanceAddress,
  handOverRealm,
  leastCoolDown,
  type RealmAccount,
  realmAddress,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { createPool, poolAddress } from '@commonwire/sdk/stake';
import {
  AuthorityType,
  createAssociatedTokenAccountIdempotentInstruction,
  createInitializeMint2Instruction,
  createMintToInstruction,
  createSetAuthorityInstruction,
  getAssociatedTokenAddressSync,
  getMint,
  MINT_SIZE,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { type Connection, PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { CliError } from '../errors';

const DAY = 86_400;

/** A DAO that is to be made. */
export interface NewDao {
  name: string;
  mint: PublicKey;
  incomeMint: PublicKey;
  incomeTokenProgram: PublicKey;
  rules: DaoRules;
  windowSeconds: bigint;
  guardians: readonly PublicKey[];
  /** Allows a hold-up time under a day. */
  development: boolean;
}

/** Where the parts of a DAO are. */
export interface DaoAddresses {
  realm: PublicKey;
  governance: PublicKey;
  treasury: PublicKey;
  pool: PublicKey;
  councilMint: PublicKey | null;
}

/** Refuses rules that would leave nobody time to act on a decision. */
export function requireSafe({ rules, development }: NewDao): void {
  if (development || rules.holdUpSeconds >= DAY) return;
  throw new CliError(
    'hold-up-too-short',
    'the hold-up time is under a day: whoever disagrees with a decision could not leave before it is executed; give a longer --hold-up, or --development on a test network',
  );
}

/**
 * Makes realm, council, governance with its treasury, and pool, and hands the realm over to its own proposals. What is there
 * already is left as it is, so it can be called again after a failure.
 * @param told is told what has landed, and what was found
 */
export async function createDao(
  connection: Connection,
  signing: Signing,
  dao: NewDao,
  told: (what: string) => void,
): Promise<DaoAddresses> {
  const { name, mint, rules } = dao;
  const { signer: authority, payer } = signing;
  const realm = realmAddress(name);
  const governance = governanceAddress({ realm });
  const treasury = treasuryAddress(governance);
  const pool = poolAddress({ realm, mint });
  /** Sends what makes an account, unless it is there. */
  const make = async (
    what: string,
    account: PublicKey,
    instructions: () => Promise<TransactionInstruction[]> | TransactionInstruction[],
  ): Promise<void> => {
    const isThere = (await connection.getAccountInfo(account)) !== null;
    if (!isThere) await signing.send(connection, await instructions());
    told(isThere ? `found ${what}` : what);
  };

  if (!(await connection.getAccountInfo(realm)) && dao.guardians.length > 0) {
    const council = await councilAddress(authority, realm);
    const what = `council token ${council}: one for each of ${count(dao.guardians.length, 'guardian')}`;
    await make(what, council, () => makeCouncil(connection, signing, dao, realm));
    await requireCouncil(connection, council, dao);
  }
  await make(`realm ${realm}`, realm, async () => {
    const councilMint = dao.guardians.length > 0 ? await councilAddress(authority, realm) : null;
    return createRealm({ payer, authority, name, mint, councilMint });
  });
  const made = await fetchRealm(connection, realm);
  requireOurs(made, dao, authority, governance);
  await make(`governance ${governance} with treasury ${treasury}`, governance, () =>
    createGovernance({ payer, realm, authority, rules }),
  );
  await make(`pool ${pool}`, pool, () =>
    createPool({
      payer,
      realm,
      realmAuthority: authority,
      governance,
      mint,
      incomeMint: dao.incomeMint,
      incomeTokenProgram: dao.incomeTokenProgram,
      coolDownSeconds: leastCoolDown(rules),
      windowSeconds: dao.windowSeconds,
    }),
  );
  const { councilMint } = made;
  if (made.authority?.equals(authority)) {
    const handingOver = [handOverRealm({ realm, authority })];
    if (councilMint)
      handingOver.push(
        // From now on the DAO alone names guardians and dismisses them.
        createSetAuthorityInstruction(councilMint, authority, AuthorityType.MintTokens, treasury),
      );
    await signing.send(connection, handingOver);
    told('the realm is its own authority: only proposals change it');
  } else told('found the realm to be its own authority: only proposals change it');
  return { realm, governance, treasury, pool, councilMint };
}

/** Refuses to go on with somebody else's realm of the same name. */
function requireOurs(
  realm: RealmAccount,
  { name, mint }: NewDao,
  authority: PublicKey,
  governance: PublicKey,
): void {
  const isOurs = realm.authority?.equals(authority) || realm.authority?.equals(governance);
  if (isOurs && realm.mint.equals(mint)) return;
  throw new CliError(
    'name-taken',
    `there is another realm named ${name} on this cluster, ${realm.address}: choose another --name`,
  );
}

const councilSeed = (realm: PublicKey): string =>
  toHex(sha256(ascii('commonwire council'), realm.toBytes())).slice(0, 32);

/** Where the creator makes the council's token: the same whenever it is tried, and nobody else can make it. */
const councilAddress = (creator: PublicKey, realm: PublicKey): Promise<PublicKey> =>
  PublicKey.createWithSeed(creator, councilSeed(realm), TOKEN_PROGRAM_ID);

/** Makes the council's token, and gives each guardian one. */
async function makeCouncil(
  connection: Connection,
  { signer: authority, payer }: Signing,
  { guardians }: NewDao,
  realm: PublicKey,
): Promise<TransactionInstruction[]> {
  const mint = await councilAddress(authority, realm);
  const at = {
    accountPubkey: mint,
    basePubkey: authority,
    seed: councilSeed(realm),
    programId: TOKEN_PROGRAM_ID,
  };
  const lamports = await connection.getMinimumBalanceForRentExemption(MINT_SIZE);
  return [
    // One by one: whoever sends the address lamports before can't keep the account from being made.
    SystemProgram.transfer({ fromPubkey: payer, toPubkey: mint, lamports }),
    SystemProgram.allocate({ ...at, space: MINT_SIZE }),
    createInitializeMint2Instruction(mint, 0, authority, null),
    ...guardians.flatMap((guardian) => {
      const account = getAssociatedTokenAddressSync(mint, guardian, true);
      return [
        createAssociatedTokenAccountIdempotentInstruction(payer, account, guardian, mint),
        createMintToInstruction(mint, account, authority, 1n),
      ];
    }),
  ];
}

/** Requires that the council's token, which may have been made before, is with the guardians. @throws CliError */
async function requireCouncil(connection: Connection, mint: PublicKey, { guardians }: NewDao): Promise<void> {
  const { supply } = await getMint(connection, mint);
  const accounts = await connection.getMultipleAccountsInfo(
    guardians.map((guardian) => getAssociatedTokenAddressSync(mint, guardian, true)),
  );
  if (supply === BigInt(guardians.length) && accounts.every((account) => account !== null)) return;
  throw new CliError(
    'council-differs',
    `council token ${mint} was made before for other guardians: name the same as then, or give another --name`,
  );
}
