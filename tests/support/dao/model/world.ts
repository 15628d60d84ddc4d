import {
  createGovernance,
  createRealm,
  type DaoRules,
  governanceAddress,
  joinRealm,
  leastCoolDown,
  realmAddress,
} from '@commonwire/sdk/realm';
import {
  createPool,
  decodePosition,
  incomeVaultAddress,
  openVoterWeight,
  poolAddress,
  positionAddress,
  stakesAddress,
} from '@commonwire/sdk/stake';
import { AccountLayout, getAssociatedTokenAddressSync, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import type { ModelChain } from '../../model/chain';
import type { Attempt, ModelWorld } from '../../model/steps';
import { mintData, tokenAccountData } from '../../tokens';
import { StreamModel } from './stream-model';

const SOL = 1_000_000_000n;
const DAY = 86_400n;
const HOUR = 3_600;
/** What each owner has to stake, and to give as income. */
export const PURSE = 1_000_000n;

export const RULES: DaoRules = {
  quorumPercent: 40,
  proposalWeight: 1n,
  votingSeconds: 2 * HOUR,
  coolOffSeconds: HOUR,
  holdUpSeconds: 600,
  vetoPercent: 60,
};
export const COOL_DOWN = BigInt(leastCoolDown(RULES));

/** A position of the model. */
export interface ModelPosition {
  owner: Keypair;
  id: bigint;
  address: PublicKey;
  amount: bigint;
  weight: bigint;
  lock: bigint;
  openedSlot: bigint;
  /** Null: it isn't being unlocked. */
  unlocksAt: bigint | null;
  /** Earned until `counted`, and not claimed, in the model's fractions. */
  accrued: bigint;
  counted: bigint;
}

/** A proposal that is open for votes. */
export interface ModelVote {
  address: PublicKey;
  /** Chain time and slot in which voting began. */
  since: bigint;
  slot: bigint;
  /** Addresses of the positions that there were. */
  could: ReadonlySet<string>;
  /** Weight by member's address: SPL Governance lets each vote once. */
  cast: Map<string, bigint>;
}

/** What is tried in a world. */
export interface StakeAttempt extends Attempt {
  /** The position whose income is paid, and to which account. */
  claims?: { position: ModelPosition; account: PublicKey };
}

let realms = 0;

/** One realm with a pool on the chain, and the model of both. */
export class StakeWorld implements ModelWorld {
  steps = 0;
  readonly journal: string[] = [];
  readonly owners = Array.from({ length: 3 }, () => Keypair.generate());
  readonly positions = new Map<string, ModelPosition>();
  readonly votes: ModelVote[] = [];
  /** What each member's record of weight says, by the member's address. */
  readonly weights = new Map<string, bigint>();
  /** What the pool's record of the most that could vote says. */
  most = 0n;
  readonly stream: StreamModel;
  totalWeight = 0n;
  staked = 0n;
  claimed = 0n;
  /** Arrived in the vault and not counted. */
  uncounted = 0n;
  /** Weight that left, with its time. */
  readonly left: { at: bigint; weight: bigint }[] = [];
  readonly mint = Keypair.generate().publicKey;
  readonly incomeMint = Keypair.generate().publicKey;
  readonly realm: PublicKey;
  readonly governance: PublicKey;
  readonly pool: PublicKey;
  readonly stakes: PublicKey;
  readonly vault: PublicKey;
  private readonly authority = Keypair.generate();
  private readonly name: string;

  constructor(readonly chain: ModelChain) {
    this.name = `Model ${++realms}`;
    this.realm = realmAddress(this.name);
    this.governance = governanceAddress({ realm: this.realm });
    this.pool = poolAddress({ realm: this.realm, mint: this.mint });
    this.stakes = stakesAddress({ pool: this.pool, mint: this.mint });
    this.vault = incomeVaultAddress({ pool: this.pool, incomeMint: this.incomeMint });
    this.stream = new StreamModel(DAY, chain.now);
  }

  /** As instructions of the realm take it. */
  get dao() {
    return { realm: this.realm, governance: this.governance, mint: this.mint };
  }

  /** Makes realm and pool, and gives everybody what they need. */
  async begin(): Promise<void> {
    const { chain, authority, realm, mint, incomeMint, governance, name } = this;
    for (const key of [mint, incomeMint])
      chain.write(key, SOL, mintData(authority.publicKey, { supply: 3n * PURSE }), TOKEN_PROGRAM_ID);
    const by = { payer: authority.publicKey, authority: authority.publicKey };
    for (const { publicKey } of [authority, ...this.owners]) chain.give(publicKey, 100n * SOL);
    this.must(await createRealm({ ...by, name, mint, councilMint: null }), authority);
    this.must(await createGovernance({ ...by, realm, rules: { ...RULES, vetoPercent: null } }), authority);
    this.must(
      createPool({
        payer: authority.publicKey,
        realmAuthority: authority.publicKey,
        realm,
        governance,
        mint,
        incomeMint,
        coolDownSeconds: Number(COOL_DOWN),
        windowSeconds: DAY,
      }),
      authority,
    );
    for (const owner of this.owners) {
      const { publicKey } = owner;
      for (const key of [mint, incomeMint]) {
        const data = tokenAccountData(key, publicKey, { amount: PURSE });
        chain.write(this.accountOf(publicKey, key), SOL, data, TOKEN_PROGRAM_ID);
      }
      const joining = await joinRealm({ payer: publicKey, realm, mint, owner: publicKey });
      this.must([joining, openVoterWeight({ pool: this.pool, owner: publicKey })], owner);
    }
  }

  private must(instructions: TransactionInstruction[], ...signers: Keypair[]): void {
    const refused = this.chain.send(instructions, signers);
    if (refused) throw new Error(`a world can't begin: ${refused}`);
  }

  accountOf = (owner: PublicKey, mint = this.mint): PublicKey =>
    getAssociatedTokenAddressSync(mint, owner, true);

  balance(account: PublicKey): bigint {
    return AccountLayout.decode(this.chain.read(account).data).amount;
  }

  /** Whole base units of income that a position has left on the chain; must be what the model has, give or take one. */
  leftOn(position: ModelPosition): bigint {
    const { income } = decodePosition(position.address, this.chain.read(position.address).data);
    const left = income.accrued / 10n ** 18n;
    const expected = StreamModel.whole(position.accrued);
    if (left > expected + 1n || left < expected - 1n)
      throw new Error(`a position has ${left} base units of income left, not ${expected}`);
    return left;
  }

  at = (owner: PublicKey, id: bigint): PublicKey => positionAddress({ pool: this.pool, owner, id });

  /** Counts what everybody has earned so far: the total weight, or one position's, is about to change. */
  advance(): void {
    this.stream.advance(this.chain.now, this.totalWeight);
  }

  accrue(position: ModelPosition): void {
    position.accrued += this.stream.since(position.counted, position.weight);
    position.counted = this.stream.earned;
  }

  /** The most that could vote now: the total, and what left in this cool-down window or the one before. */
  get maxWeight(): bigint {
    const window = this.chain.now / COOL_DOWN;
    return this.left
      .filter(({ at }) => at / COOL_DOWN >= window - 1n)
      .reduce((sum, { weight }) => sum + weight, this.totalWeight);
  }
}
