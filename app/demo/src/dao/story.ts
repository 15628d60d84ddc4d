import { createDao, type DaoAddresses } from '@commonwire/cli/dao';
import { formatUnits, sendAndConfirm, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import { acceptAuthority, fetchNetwork, proposeAuthority, setPolicy } from '@commonwire/sdk/network';
import { fetchProposal } from '@commonwire/sdk/realm';
import { fetchPool } from '@commonwire/sdk/stake';
import { createTransferInstruction } from '@solana/spl-token';
import {
  Keypair,
  LAMPORTS_PER_SOL,
  type PublicKey,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { DemoError } from '../errors';
import { DAY_SECONDS } from '../network-time';
import { type Stage, tokensOf } from '../stage';
import { Members, type Proposal } from './members';
import { DEVICE_FEE, GUARDIANS, LOCK_DAYS, NAME, PAY_DAYS, RULES, VETOES, WINDOW_SECONDS } from './plan';

/** Decimals of the network's token. */
const DECIMALS = 6;
/** What a new wallet needs for the rents of its own records. */
const OWN_LAMPORTS = LAMPORTS_PER_SOL / 10;

/** What became of proposals, as their accounts on chain say. */
export interface DaoSummary {
  proposals: number;
  executed: number;
  vetoed: number;
}

/** Who is there when a DAO is made. */
interface Founding {
  network: PublicKey;
  /** The network's token. */
  mint: PublicKey;
  /** The network's authority. */
  founder: Keypair;
  /** Earn with devices, and so have tokens to stake. */
  owners: readonly Keypair[];
  /** Has earned too, and wants the network. */
  attacker: Keypair;
}

/**
 * The network's owners stake what they earned and govern it: they change its policy, and what would hand it to a stranger is
 * vetoed.
 */
export class DaoStory {
  /** All that were made. */
  readonly proposals: PublicKey[] = [];
  private readonly members: Members;

  private constructor(
    private readonly stage: Stage,
    readonly of: Founding,
    readonly at: DaoAddresses,
    private readonly guardians: readonly Keypair[],
  ) {
    this.members = new Members(stage, at, of.mint);
  }

  /** Makes the DAO of the network's token, and proposes its treasury as the network's authority. */
  static async found(stage: Stage, of: Founding): Promise<DaoStory> {
    const { network, mint, founder } = of;
    const guardians = Array.from({ length: GUARDIANS }, () => Keypair.generate());
    const signer = founder.publicKey;
    const at = await createDao(
      stage.connection,
      {
        signer,
        payer: signer,
        send: (connection, instructions, options) =>
          sendAndConfirm(connection, founder, instructions, options),
      },
      {
        name: NAME,
        mint,
        incomeMint: mint,
        incomeTokenProgram: TOKEN_PROGRAM_ID,
        rules: RULES,
        windowSeconds: WINDOW_SECONDS,
        guardians: guardians.map(({ publicKey }) => publicKey),
        development: false,
      },
      () => undefined,
    );
    const { realm, treasury } = at;
    const story = new DaoStory(stage, of, at, guardians);
    for (const guardian of guardians) await story.members.seat(guardian);
    await stage.send(proposeAuthority({ network, authority: signer, proposed: treasury }), [founder]);
    stage.say(`realm ${realm} with ${guardians.length} guardians; its treasury is to govern the network`);
    return story;
  }

  /** Everything that happens. Days pass. */
  async run(): Promise<void> {
    const { stage, members } = this;
    const { owners, attacker } = this.of;
    await stage.awaits("the owners' first pay", PAY_DAYS * DAY_SECONDS, () => this.arePaid());
    for (const [at, owner] of owners.entries())
      await members.join(owner, (await this.tokensOf(owner)) / 2n, LOCK_DAYS[at % LOCK_DAYS.length]!);
    await members.join(attacker, await this.tokensOf(attacker), 0);
    const { totalWeight, staked } = await fetchPool(stage.connection, this.at.pool);
    stage.say(`${owners.length + 1} owners staked ${tokens(staked)}, which weigh ${tokens(totalWeight)}`);
    await stage.nextSlot();
    const change = await this.propose(owners[0]!, 'Raise the registration fee', await this.policyChange());
    const seizure = await this.propose(attacker, 'Maintenance', [this.seizure()]);
    stage.say('proposed: a higher fee for registering devices; and to hand the network to a stranger');
    await Promise.all([this.decide(change), this.stop(seizure)]);
    await this.check(seizure);
  }

  /** What the chain says became of the proposals. */
  async summary(): Promise<DaoSummary> {
    const states = await Promise.all(
      this.proposals.map(async (address) => (await fetchProposal(this.stage.connection, address)).state),
    );
    const count = (wanted: string) => states.filter((state) => state === wanted).length;
    return { proposals: states.length, executed: count('Completed'), vetoed: count('Vetoed') };
  }

  /** Stakers vote, a stake that comes too late doesn't count, and anyone executes what was decided. */
  private async decide(proposal: Proposal): Promise<void> {
    const { stage, members } = this;
    const { owners } = this.of;
    await this.flashStake(proposal);
    const weights = await Promise.all(owners.map(async (owner) => (await members.positionOf(owner)).weight));
    const least = weights.indexOf(weights.reduce((a, b) => (a < b ? a : b)));
    await stage.each([...owners.entries()], ([at, owner]) => members.vote(owner, proposal, at !== least));
    const { yes, no } = await fetchProposal(stage.connection, proposal.address);
    stage.say(`${tokens(yes)} of weight vote for the fee, ${tokens(no)} against`);
    await members.carryOut(proposal);
    stage.say(`decided and executed: registering a device costs ${DEVICE_FEE} lamports`);
  }

  /** Tokens that are staked once voting has begun are worth nothing in this vote. */
  private async flashStake(proposal: Proposal): Promise<void> {
    const { stage, members } = this;
    const { mint, owners } = this.of;
    const [lender, borrower] = [owners[0]!, Keypair.generate()];
    const amount = await this.tokensOf(lender);
    const [from, to] = [lender, borrower].map(({ publicKey }) => tokensOf(mint, publicKey));
    await stage.open(mint, [borrower.publicKey]);
    const forRent = {
      fromPubkey: stage.payer.publicKey,
      toPubkey: borrower.publicKey,
      lamports: OWN_LAMPORTS,
    };
    await stage.send(
      [createTransferInstruction(from!, to!, lender.publicKey, amount), SystemProgram.transfer(forRent)],
      [lender],
    );
    await stage.nextSlot();
    await members.join(borrower, amount, 0);
    await stage.refused('position-too-new', members.vote(borrower, proposal, true));
    stage.say(`${tokens(amount)} that were staked during the vote are refused`);
  }

  /** The guardians stop a proposal of whoever wants the network. */
  private async stop(proposal: Proposal): Promise<void> {
    await this.members.vote(proposal.proposer, proposal, true);
    for (const guardian of this.guardians.slice(0, VETOES)) await this.members.veto(guardian, proposal);
    this.stage.say(`${VETOES} of ${GUARDIANS} guardians veto what would hand the network to a stranger`);
  }

  /** @throws DemoError `dao-failed` unless the one proposal was executed and the other never can be */
  private async check({ address }: Proposal): Promise<void> {
    const { connection } = this.stage;
    const { network } = this.of;
    const { authority, proposedAuthority, policy } = await fetchNetwork(connection, network);
    const { state } = await fetchProposal(connection, address);
    const isGoverned = authority.equals(this.at.treasury) && policy.deviceFee === DEVICE_FEE;
    if (isGoverned && !proposedAuthority && state === 'Vetoed') return;
    throw new DemoError(
      'dao-failed',
      `network ${network} has authority ${authority}, proposed ${proposedAuthority}, and a fee of ${policy.deviceFee}; the seizure is ${state}`,
    );
  }

  private async propose(
    proposer: Keypair,
    name: string,
    actions: readonly TransactionInstruction[],
  ): Promise<Proposal> {
    const proposal = await this.members.propose(proposer, name, actions);
    this.proposals.push(proposal.address);
    return proposal;
  }

  private async policyChange(): Promise<TransactionInstruction[]> {
    const { network } = this.of;
    const by = { network, authority: this.at.treasury };
    const { policy } = await fetchNetwork(this.stage.connection, network);
    return [acceptAuthority(by), setPolicy({ ...by, policy: { ...policy, deviceFee: DEVICE_FEE } })];
  }

  private seizure(): TransactionInstruction {
    const stranger = Keypair.generate().publicKey;
    return proposeAuthority({ network: this.of.network, authority: this.at.treasury, proposed: stranger });
  }

  private async arePaid(): Promise<boolean> {
    const members = [...this.of.owners, this.of.attacker];
    const accounts = members.map(({ publicKey }) => tokensOf(this.of.mint, publicKey));
    const balances = await this.stage.balances(accounts);
    if (balances.every((balance) => balance >= 2n * RULES.proposalWeight)) return true;
    if (!this.stage.isSettled) return false;
    throw new DemoError('dao-failed', 'an owner earned too little to make a proposal: run more epochs');
  }

  private tokensOf = (owner: Keypair): Promise<bigint> =>
    this.stage.balance(tokensOf(this.of.mint, owner.publicKey));
}

const tokens = (amount: bigint): string => `${formatUnits(amount, DECIMALS, ',')} tokens`;
