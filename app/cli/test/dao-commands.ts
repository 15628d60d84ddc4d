import { cancelProposal, fetchProposal, type ProposedAction } from '@commonwire/sdk/realm';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { ASSETS } from '../../../tests/support/assets/chain';
import { fund, steadyChain, type TestChain } from '../../../tests/support/chain';
import { DAO_PROGRAMS, nextSlotOf, RULES, TestDao } from '../../../tests/support/dao';
import type { Command } from '../src/command';
import { asset } from '../src/commands/asset';
import { dao as daoCommand } from '../src/commands/dao';
import { govern } from '../src/commands/govern';
import { guard } from '../src/commands/guard';
import { Files } from './files';

/** What `--propose` prints as JSON. */
interface Proposed {
  proposal: string;
  effects: string[];
  found: string | null;
  signatures: string[];
}

/** What `dao show` prints of an action as JSON. */
interface Shown {
  effects: string[];
  warnings: string[];
}

const COMMANDS = { govern, guard, asset } as const;

/** A DAO with one member who decides alone, and the commands that propose to it. */
export class DaoCommands {
  readonly files = new Files();
  /** Where commands connect to; a test may put a proxy in between. */
  url: string;

  private constructor(
    readonly chain: TestChain,
    readonly dao: TestDao,
    readonly member: Keypair,
  ) {
    this.url = chain.connection.rpcEndpoint;
  }

  static async start(): Promise<DaoCommands> {
    const chain = await steadyChain([...DAO_PROGRAMS, ASSETS]);
    const dao = await TestDao.create(chain);
    return new DaoCommands(chain, dao, await dao.member(60n));
  }

  get treasury(): PublicKey {
    return this.dao.treasury;
  }

  /** Runs a command with somebody's key and returns its lines. */
  async run(of: Command, key: Keypair, action: string, ...more: string[]): Promise<string[]> {
    const lines: string[] = [];
    const where = ['--url', this.url, '--keypair', this.files.key(key)];
    expect(await of.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  }

  /** Has the member propose what a command does. */
  async propose(of: keyof typeof COMMANDS, action: string, ...more: string[]): Promise<Proposed> {
    await nextSlotOf(this.chain);
    const proposing = ['--propose', this.dao.pool.toBase58(), '--json'];
    const [line] = await this.run(COMMANDS[of], this.member, action, ...more, ...proposing);
    return JSON.parse(line!);
  }

  /** What a proposal's instructions do. */
  async show(proposal: string): Promise<Shown[]> {
    const [line] = await this.run(daoCommand, this.member, 'show', '--proposal', proposal, '--json');
    return JSON.parse(line!).actions;
  }

  async actions(proposal: string): Promise<ProposedAction[]> {
    return (await fetchProposal(this.chain.connection, new PublicKey(proposal))).actions;
  }

  /** Decides for a proposal and executes it. */
  async decide(proposal: string): Promise<void> {
    const of = ['--proposal', proposal];
    await this.run(daoCommand, this.member, 'vote', ...of, '--answer', 'yes');
    await this.chain.passSeconds(RULES.votingSeconds + 1);
    const anyone = await fund(this.chain.connection, 1);
    await this.run(daoCommand, anyone, 'finalize', ...of);
    await this.chain.passSeconds(RULES.holdUpSeconds + 1);
    expect(await this.run(daoCommand, anyone, 'execute', ...of)).to.include('state      completed');
  }

  /** Withdraws a proposal: a member may have ten open. */
  async cancel(proposal: string): Promise<void> {
    const owner = this.member.publicKey;
    const of = { ...this.dao.dao, owner, proposal: new PublicKey(proposal) };
    await this.dao.send(cancelProposal(of), [this.member]);
  }
}
