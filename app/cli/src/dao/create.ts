import { isDeepStrictEqual } from 'node:util';
import { ascii, count, sha256, toHex } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import {
  createGovernance,
  createRealm,
  type DaoRules,
  fetchDeposit,
  fetchGovernance,
  fetchRealm,
  governanceAddress,
  handOverRealm,
  leastCoolDown,
  memberAddress,
  type RealmAccount,
  realmAddress,
  realmDifferences,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { createPool, fetchPool, poolAddress } from '@commonwire/sdk/stake';
import {
  AccountLayout,
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
import { simulateChanges } from '../balances';
import { CliError } from '../errors';
import { explained } from '../refused';
import { daoStep } from './next-step';

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

/** Who makes a DAO, is the realm's authority until it is handed over, and pays. */
export type DaoSigning = Pick<Signing, 'signer' | 'payer' | 'send'> & {
  /** Sends nothing, but tells what would be made, and simulates the first transaction: the others need what it makes. */
  dryRun?: boolean;
};

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
  signing: DaoSigning,
  dao: NewDao,
  told: (what: string) => void,
): Promise<DaoAddresses> {
  const { name, mint, rules } = dao;
  const { signer: authority, payer, dryRun = false } = signing;
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
    if (isThere) told(`found ${what}`);
    else await send(what, await instructions());
  };
  let isSimulated = false;
  const send = async (what: string, instructions: TransactionInstruction[]): Promise<void> => {
    if (!dryRun) await explained(signing.send(connection, instructions), daoStep());
    else if (!isSimulated) await explained(simulateChanges(connection, payer, [instructions], []), daoStep());
    isSimulated = true;
    told(dryRun ? `to be done: ${what}` : what);
  };

  if (!(await connection.getAccountInfo(realm)) && dao.guardians.length > 0) {
    const council = await councilAddress(authority, realm);
    const what = `council token ${council}: one for each of ${count(dao.guardians.length, 'guardian')}`;
    await make(what, council, () => makeCouncil(connection, signing, dao, realm));
    if (
      (await connection.getAccountInfo(council)) &&
      !(await isCouncilOf(connection, { address: realm, councilMint: council }, dao.guardians, [authority]))
    )
      throw new CliError(
        'council-differs',
        `council token ${council} was made before for other guardians: name the same as then, or give another --name`,
      );
  }
  await make(`realm ${realm}`, realm, async () => {
    const councilMint = dao.guardians.length > 0 ? await councilAddress(authority, realm) : null;
    return createRealm({ payer, authority, name, mint, councilMint });
  });
  const isMade = !dryRun || (await connection.getAccountInfo(realm)) !== null;
  const made = isMade ? await fetchRealm(connection, realm) : null;
  if (made) {
    requireOurs(made, dao, authority, governance);
    await requireAsAsked(connection, made, dao, { authority, governance, treasury, pool });
  }
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
  const councilMint =
    made?.councilMint ?? (!made && dao.guardians.length > 0 ? await councilAddress(authority, realm) : null);
  const own = 'own authority: only proposals change it';
  if (!made || made.authority?.equals(authority)) {
    const handingOver = [handOverRealm({ realm, authority })];
    if (councilMint)
      handingOver.push(
        // From now on the DAO alone names guardians and dismisses them.
        createSetAuthorityInstruction(councilMint, authority, AuthorityType.MintTokens, treasury),
      );
    await send(`the realm is its ${own}`, handingOver);
  } else told(`found the realm to be its ${own}`);
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

/**
 * Refuses to go on with parts of a DAO that others have made, or that were made with other options: a realm can be handed to
 * whoever is about to make one of its name, with programs, guardians or rules that leave its stakers no say.
 */
async function requireAsAsked(
  connection: Connection,
  realm: RealmAccount,
  dao: NewDao,
  at: Pick<DaoAddresses, 'governance' | 'treasury' | 'pool'> & { authority: PublicKey },
): Promise<void> {
  const { rules, guardians } = dao;
  const differences = await realmDifferences(connection, realm);
  if (!(await isCouncilOf(connection, realm, guardians, [at.authority, at.treasury])))
    differences.push('its council is not that of the guardians');
  const [governance, pool] = await connection.getMultipleAccountsInfo([at.governance, at.pool]);
  if (governance) {
    const { rules: made, isPlain } = await fetchGovernance(connection, at.governance);
    if (!isPlain || !isDeepStrictEqual(made, rules)) differences.push('its governance has other rules');
  }
  if (pool) {
    const { coolDownSeconds, incomeMint, stream } = await fetchPool(connection, at.pool);
    const same =
      coolDownSeconds === leastCoolDown(rules) &&
      incomeMint.equals(dao.incomeMint) &&
      stream.windowSeconds === dao.windowSeconds;
    if (!same) differences.push('its pool has another cool-down, income or window');
  }
  if (differences.length === 0) return;
  throw new CliError(
    'dao-differs',
    `realm ${realm.address} is not the one asked for: ${differences.join('; ')}. Choose another --name, or give the options that it was made with`,
  );
}

/** Whether the council's token is that of these guardians, one each, and nobody but these can make more. */
async function isCouncilOf(
  connection: Connection,
  { address: realm, councilMint }: Pick<RealmAccount, 'address' | 'councilMint'>,
  guardians: readonly PublicKey[],
  authorities: readonly PublicKey[],
): Promise<boolean> {
  if (!councilMint) return guardians.length === 0;
  const { supply, mintAuthority, freezeAuthority } = await getMint(connection, councilMint);
  const isSafe = authorities.some((authority) => mintAuthority?.equals(authority)) && !freezeAuthority;
  if (!isSafe || supply !== BigInt(guardians.length)) return false;
  // A guardian holds the token, or has taken a seat with it.
  const seats = await Promise.all(
    guardians.map(async (guardian) => {
      const member = memberAddress({ realm, mint: councilMint, owner: guardian });
      const [account, seated] = await Promise.all([
        connection.getAccountInfo(getAssociatedTokenAddressSync(councilMint, guardian, true)),
        fetchDeposit(connection, member),
      ]);
      const held = account ? AccountLayout.decode(account.data).amount : 0n;
      return held + seated === 1n;
    }),
  );
  return seats.every((has) => has);
}

const councilSeed = (realm: PublicKey): string =>
  toHex(sha256(ascii('commonwire council'), realm.toBytes())).slice(0, 32);

/** Where the creator makes the council's token: the same whenever it is tried, and nobody else can make it. */
const councilAddress = (creator: PublicKey, realm: PublicKey): Promise<PublicKey> =>
  PublicKey.createWithSeed(creator, councilSeed(realm), TOKEN_PROGRAM_ID);

/** Makes the council's token, and gives each guardian one. */
async function makeCouncil(
  connection: Connection,
  { signer: authority, payer }: Pick<DaoSigning, 'signer' | 'payer'>,
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
