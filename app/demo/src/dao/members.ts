import type { DaoAddresses } from '@commonwire/cli/dao';
import {
  castVeto,
  castVote,
  type Dao,
  executeAction,
  fetchProposal,
  finalizeVote,
  joinRealm,
  propose,
  takeCouncilSeat,
} from '@commonwire/sdk/realm';
import {
  fetchPosition,
  openPosition,
  openVoterWeight,
  type Position,
  positionAddress,
} from '@commonwire/sdk/stake';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { DAY_SECONDS } from '../network-time';
import { type Stage, tokensOf } from '../stage';
import { RULES } from './plan';

/** Every member has one position. */
const POSITION = 0n;

/** An open proposal, and who made it. */
export interface Proposal {
  address: PublicKey;
  proposer: Keypair;
}

/** What members and guardians of a DAO do. The stage's payer pays all fees. */
export class Members {
  private readonly dao: Dao;

  constructor(
    private readonly stage: Stage,
    private readonly at: DaoAddresses,
    private readonly mint: PublicKey,
  ) {
    this.dao = { realm: at.realm, governance: at.governance, mint };
  }

  async seat(guardian: Keypair): Promise<void> {
    const { realm, councilMint } = this.at;
    const seat = { payer: this.payer, realm, councilMint: councilMint!, guardian: guardian.publicKey };
    await this.stage.send(await takeCouncilSeat(seat), [guardian]);
  }

  /** Makes somebody a member who stakes so many base units of the token. It pays the rent of its records. */
  async join(owner: Keypair, amount: bigint, lockDays: number): Promise<void> {
    const { mint, at } = this;
    const { publicKey } = owner;
    const source = tokensOf(mint, publicKey);
    const position = { pool: at.pool, owner: publicKey, id: POSITION, mint, source, amount };
    await this.stage.send(
      [
        await joinRealm({ realm: at.realm, mint, owner: publicKey, payer: this.payer }),
        openVoterWeight({ pool: at.pool, owner: publicKey }),
        openPosition({ ...position, lockSeconds: lockDays * DAY_SECONDS }),
      ],
      [owner],
    );
  }

  positionOf({ publicKey: owner }: Keypair): Promise<Position> {
    return fetchPosition(this.stage.connection, { pool: this.at.pool, owner, id: POSITION });
  }

  /** Opens a proposal for votes. Positions count that were made in an earlier slot. */
  async propose(
    proposer: Keypair,
    name: string,
    actions: readonly TransactionInstruction[],
  ): Promise<Proposal> {
    const { proposal, steps } = await propose({
      ...this.dao,
      ...this.votingAs(proposer),
      seed: Keypair.generate().publicKey,
      name,
      link: 'https://example.org/proposal',
      actions,
      holdUpSeconds: RULES.holdUpSeconds,
    });
    await this.stage.send(steps.flat(), [proposer]);
    return { address: proposal, proposer };
  }

  async vote(voter: Keypair, proposal: Proposal, approve: boolean): Promise<void> {
    const about = this.about(proposal);
    await this.stage.send(await castVote({ ...about, ...this.votingAs(voter), approve }), [voter]);
  }

  async veto(guardian: Keypair, proposal: Proposal): Promise<void> {
    const by = { payer: this.payer, guardian: guardian.publicKey, councilMint: this.at.councilMint! };
    await this.stage.send(await castVeto({ ...this.about(proposal), ...by }), [guardian]);
  }

  /** Waits until the vote is over, counts it, and executes what was decided, as anybody may. */
  async carryOut(proposal: Proposal): Promise<void> {
    const { stage } = this;
    const { address } = proposal;
    const { votingAt } = await fetchProposal(stage.connection, address);
    await stage.until(votingAt! + BigInt(RULES.votingSeconds) + 1n);
    await stage.send(await finalizeVote(this.about(proposal)));
    const { decidedAt, actions, governance } = await fetchProposal(stage.connection, address);
    await stage.until(decidedAt! + BigInt(RULES.holdUpSeconds) + 1n);
    for (const action of actions)
      await stage.send(await executeAction({ governance, proposal: address, ...action }));
  }

  private get payer(): PublicKey {
    return this.stage.payer.publicKey;
  }

  private about({ address, proposer }: Proposal) {
    return { ...this.dao, proposal: address, proposer: proposer.publicKey };
  }

  private votingAs({ publicKey: owner }: Keypair) {
    const position = positionAddress({ pool: this.at.pool, owner, id: POSITION });
    return { owner, positions: [position], payer: this.payer };
  }
}
