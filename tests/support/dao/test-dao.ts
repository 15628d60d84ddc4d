import { randomBytes } from 'node:crypto';
import { sendAndConfirm, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  castVote,
  createGovernance,
  createRealm,
  type DaoRules,
  governanceAddress,
  handOverRealm,
  joinRealm,
  leastCoolDown,
  propose,
  realmAddress,
  takeCouncilSeat,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import {
  beginUnlock,
  type CreatePool,
  claimIncome,
  closePosition,
  countIncome,
  createPool,
  fetchPool,
  fetchPosition,
  incomeVaultAddress,
  openPosition,
  openVoterWeight,
  poolAddress,
  positionAddress,
  stakesAddress,
  withdrawStake,
} from '@commonwire/sdk/stake';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAccount,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, type PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';
import { fund, nextSlot, type TestChain } from '../chain';
import { mintInstructions } from '../tokens';

const HOUR = 3_600;
export const DAY = 86_400;

/** Votes as short as SPL Governance allows. */
export const RULES: DaoRules = {
  quorumPercent: 50,
  proposalWeight: 10n,
  votingSeconds: 2 * HOUR,
  coolOffSeconds: HOUR,
  holdUpSeconds: HOUR,
  vetoPercent: 60,
};

let sent = 0;

/** A token with a mint authority that tests have. */
export interface TestToken {
  mint: PublicKey;
  authority: Keypair;
  tokenProgram: PublicKey;
}

export async function newToken(
  chain: TestChain,
  options: { tokenProgram?: PublicKey; freezable?: boolean } = {},
): Promise<TestToken> {
  const [mint, authority] = [Keypair.generate(), Keypair.generate()];
  const { tokenProgram = TOKEN_PROGRAM_ID, freezable = false } = options;
  const instructions = await mintInstructions(chain, mint.publicKey, {
    mintAuthority: authority.publicKey,
    freezeAuthority: freezable ? authority.publicKey : null,
    tokenProgram,
  });
  await sendAndConfirm(chain.connection, chain.payer, instructions, { signers: [mint] });
  return { mint: mint.publicKey, authority, tokenProgram };
}

/** A realm before its pool exists. */
export interface TestRealm {
  chain: TestChain;
  token: TestToken;
  council: TestToken;
  authority: Keypair;
  realm: PublicKey;
  governance: PublicKey;
}

/** Creates a realm with a council and its first governance. */
export async function newRealm(
  chain: TestChain,
  { rules = RULES, token }: { rules?: DaoRules; token?: TestToken } = {},
): Promise<TestRealm> {
  const [staked, council, authority] = await Promise.all([
    token ?? newToken(chain),
    newToken(chain),
    fund(chain.connection, 10),
  ]);
  const name = `Test ${randomBytes(8).toString('hex')}`;
  const realm = realmAddress(name);
  const by = { payer: authority.publicKey, authority: authority.publicKey };
  const creation = await createRealm({ ...by, name, mint: staked.mint, councilMint: council.mint });
  await sendAndConfirm(chain.connection, authority, creation);
  await sendAndConfirm(chain.connection, authority, await createGovernance({ ...by, realm, rules }));
  return { chain, token: staked, council, authority, realm, governance: governanceAddress({ realm }) };
}

/** What a realm's pool is created with. */
export const poolOf = (
  { token, authority, realm, governance }: TestRealm,
  income: TestToken,
  rules = RULES,
): CreatePool => ({
  payer: authority.publicKey,
  realm,
  realmAuthority: authority.publicKey,
  governance,
  mint: token.mint,
  tokenProgram: token.tokenProgram,
  incomeMint: income.mint,
  incomeTokenProgram: income.tokenProgram,
  coolDownSeconds: leastCoolDown(rules),
  windowSeconds: BigInt(DAY),
});

/** A realm with its pool, and short ways to stake, earn and vote. */
export class TestDao {
  readonly chain: TestChain;
  readonly pool: PublicKey;
  readonly treasury: PublicKey;
  /** As instructions of the realm take it. */
  readonly dao: { realm: PublicKey; governance: PublicKey; mint: PublicKey };
  /** As instructions of positions take it. */
  readonly tokens: Pick<CreatePool, 'mint' | 'incomeMint'> & {
    pool: PublicKey;
    tokenProgram: PublicKey;
    incomeTokenProgram: PublicKey;
  };
  readonly stakes: PublicKey;
  readonly vault: PublicKey;

  private constructor(
    readonly of: TestRealm,
    readonly income: TestToken,
    readonly rules: DaoRules,
  ) {
    const { chain, realm, governance, token } = of;
    this.chain = chain;
    this.pool = poolAddress({ realm, mint: token.mint });
    this.treasury = treasuryAddress(governance);
    this.dao = { realm, governance, mint: token.mint };
    this.tokens = {
      pool: this.pool,
      mint: token.mint,
      tokenProgram: token.tokenProgram,
      incomeMint: income.mint,
      incomeTokenProgram: income.tokenProgram,
    };
    this.stakes = stakesAddress(this.tokens);
    this.vault = incomeVaultAddress(this.tokens);
  }

  /** @param options.ownIncome income is in the staked token itself */
  static async create(
    chain: TestChain,
    options: { rules?: DaoRules; token?: TestToken; income?: TestToken; ownIncome?: boolean } = {},
  ): Promise<TestDao> {
    const { rules = RULES } = options;
    const of = await newRealm(chain, options);
    const income = options.ownIncome ? of.token : (options.income ?? (await newToken(chain)));
    const dao = new TestDao(of, income, rules);
    await dao.send(createPool(poolOf(of, income, rules)), [of.authority]);
    return dao;
  }

  /** Sends one transaction. Its compute budget makes it another than one before with the same instructions. */
  send(
    instructions: TransactionInstruction | readonly TransactionInstruction[],
    signers: Signer[] = [],
  ): Promise<string> {
    sent += 1;
    const computeUnitLimit = 600_000 + (sent % 700_000);
    return sendAndConfirm(this.chain.connection, this.chain.payer, [instructions].flat(), {
      signers,
      computeUnitLimit,
    });
  }

  account = () => fetchPool(this.chain.connection, this.pool);
  position = (owner: Keypair, id: bigint) =>
    fetchPosition(this.chain.connection, { pool: this.pool, owner: owner.publicKey, id });
  at = (owner: Keypair, id: bigint): PublicKey =>
    positionAddress({ pool: this.pool, owner: owner.publicKey, id });

  accountOf = (owner: PublicKey, { mint, tokenProgram }: TestToken = this.of.token): PublicKey =>
    getAssociatedTokenAddressSync(mint, owner, true, tokenProgram);

  async balance(account: PublicKey, { tokenProgram }: TestToken = this.of.token): Promise<bigint> {
    return (await getAccount(this.chain.connection, account, undefined, tokenProgram)).amount;
  }

  minting(owner: PublicKey, amount: bigint, token = this.of.token): TransactionInstruction[] {
    const { mint, authority, tokenProgram } = token;
    const account = this.accountOf(owner, token);
    const { publicKey: payer } = this.chain.payer;
    return [
      createAssociatedTokenAccountIdempotentInstruction(payer, account, owner, mint, tokenProgram),
      createMintToInstruction(mint, account, authority.publicKey, amount, [], tokenProgram),
    ];
  }

  /** A wallet with accounts for both tokens, and so many to stake. */
  async staker(amount = 1_000_000n): Promise<Keypair> {
    const staker = await fund(this.chain.connection, 5);
    const { token } = this.of;
    const opening = [
      ...this.minting(staker.publicKey, amount),
      ...this.minting(staker.publicKey, 0n, this.income),
    ];
    await this.send(opening, [token.authority, ...(this.income === token ? [] : [this.income.authority])]);
    return staker;
  }

  opening = (owner: Keypair, id: bigint, amount: bigint, lockSeconds = 0): TransactionInstruction =>
    openPosition({
      ...this.tokens,
      owner: owner.publicKey,
      id,
      source: this.accountOf(owner.publicKey),
      amount,
      lockSeconds,
    });
  open = (owner: Keypair, id: bigint, amount: bigint, lockSeconds = 0): Promise<string> =>
    this.send(this.opening(owner, id, amount, lockSeconds), [owner]);

  unlocking = (owner: Keypair, id: bigint) => beginUnlock({ pool: this.pool, owner: owner.publicKey, id });
  unlock = (owner: Keypair, id: bigint) => this.send(this.unlocking(owner, id), [owner]);

  withdrawing = (owner: Keypair, id: bigint, destination = this.accountOf(owner.publicKey)) =>
    withdrawStake({ ...this.tokens, owner: owner.publicKey, id, destination });
  withdraw = (owner: Keypair, id: bigint) => this.send(this.withdrawing(owner, id), [owner]);

  claiming = (owner: Keypair, id: bigint, destination = this.accountOf(owner.publicKey, this.income)) =>
    claimIncome({ ...this.tokens, owner: owner.publicKey, id, destination });
  /** @returns what was paid */
  async claim(owner: Keypair, id: bigint): Promise<bigint> {
    const account = this.accountOf(owner.publicKey, this.income);
    const before = await this.balance(account, this.income);
    await this.send(this.claiming(owner, id), [owner]);
    return (await this.balance(account, this.income)) - before;
  }

  closing = (owner: Keypair, id: bigint) => closePosition({ pool: this.pool, owner: owner.publicKey, id });
  close = (owner: Keypair, id: bigint) => this.send(this.closing(owner, id), [owner]);

  counting = () => countIncome(this.tokens);
  /** Income arrives as a plain transfer, and is counted. */
  async earn(amount: bigint): Promise<void> {
    await this.send(
      [...this.minting(this.pool, amount, this.income), this.counting()],
      [this.income.authority],
    );
  }

  /** Lets a member vote: its record in the realm and its record of weight. */
  async join(owner: Keypair): Promise<void> {
    const { realm, mint } = this.dao;
    const { publicKey } = owner;
    const joining = await joinRealm({ payer: publicKey, realm, mint, owner: publicKey });
    await this.send([joining, openVoterWeight({ pool: this.pool, owner: publicKey })], [owner]);
  }

  /** A member with positions of these amounts, under ids from 0, without a lock. */
  async member(...amounts: bigint[]): Promise<Keypair> {
    const member = await this.staker(amounts.reduce((sum, amount) => sum + amount, 0n));
    await this.join(member);
    for (const [id, amount] of amounts.entries()) await this.open(member, BigInt(id), amount);
    return member;
  }

  /** A guardian with a seat on the council. */
  async guardian(): Promise<Keypair> {
    const guardian = await fund(this.chain.connection, 5);
    const { council, realm } = this.of;
    const { publicKey } = guardian;
    const seat = { payer: publicKey, realm, councilMint: council.mint, guardian: publicKey };
    await this.send(
      [...this.minting(publicKey, 1n, council), await takeCouncilSeat(seat)],
      [council.authority, guardian],
    );
    return guardian;
  }

  /** Opens a proposal for votes. Positions that are there by now count. */
  async propose(
    proposer: Keypair,
    actions: Parameters<typeof propose>[0]['actions'],
    {
      ids = [0n],
      governance = this.of.governance,
      name = 'A proposal',
      seed = Keypair.generate().publicKey,
    }: { ids?: readonly bigint[]; governance?: PublicKey; name?: string; seed?: PublicKey } = {},
  ): Promise<PublicKey> {
    await nextSlotOf(this.chain);
    const { proposal, steps } = await propose({
      ...this.dao,
      governance,
      owner: proposer.publicKey,
      positions: ids.map((id) => this.at(proposer, id)),
      payer: proposer.publicKey,
      seed,
      name,
      link: 'https://example.org/proposal',
      actions,
      holdUpSeconds: this.rules.holdUpSeconds,
    });
    await this.send(steps.flat(), [proposer]);
    return proposal;
  }

  /** Votes with these positions. */
  async vote(
    voter: Keypair,
    proposal: { address: PublicKey; proposer: Keypair },
    { ids = [0n], approve = true }: { ids?: readonly bigint[]; approve?: boolean } = {},
  ): Promise<void> {
    const instructions = await castVote({
      ...this.dao,
      owner: voter.publicKey,
      positions: ids.map((id) => this.at(voter, id)),
      payer: voter.publicKey,
      proposal: proposal.address,
      proposer: proposal.proposer.publicKey,
      approve,
    });
    await this.send(instructions, [voter]);
  }

  /** From now on only proposals change the realm. */
  handOver(): Promise<string> {
    const { realm, authority } = this.of;
    return this.send(handOverRealm({ realm, authority: authority.publicKey }), [authority]);
  }
}

/** Lets a slot pass, at once where the chain can. */
export async function nextSlotOf({ connection, passSeconds }: TestChain): Promise<void> {
  const slot = await connection.getSlot('processed');
  await passSeconds(1);
  while ((await connection.getSlot('processed')) === slot) await nextSlot(connection);
}
