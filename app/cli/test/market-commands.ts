import { type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import { postEpoch } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import type { TestChain } from '../../../tests/support/chain';
import { marketChain } from '../../../tests/support/market';
import type { TestNetwork } from '../../../tests/support/network';
import { area } from '../src/commands/area';
import { market } from '../src/commands/market';
import { meter } from '../src/commands/meter';
import { offer } from '../src/commands/offer';
import { order } from '../src/commands/order';
import { parking } from '../src/commands/parking';
import { Files } from './files';

const COMMANDS = { market, area, meter, offer, order, parking };
export type MarketCommand = keyof typeof COMMANDS;

/** Runs the commands of markets, with key files. */
export class MarketCommands {
  readonly files = new Files();
  /** Where commands connect to; a test may put a proxy in between. */
  url: string;

  private constructor(readonly chain: TestChain) {
    this.url = chain.connection.rpcEndpoint;
  }

  static start = async (): Promise<MarketCommands> => new MarketCommands(await marketChain());

  /** Runs an action and returns its lines. */
  async run(command: MarketCommand, action: string, ...argv: string[]): Promise<string[]> {
    const lines: string[] = [];
    const given = [action, '--url', this.url, ...argv];
    expect(await COMMANDS[command].run(given, (line) => lines.push(line))).to.equal(0);
    return lines;
  }

  /** Runs an action with somebody's key. */
  as = (key: Keypair, command: MarketCommand, action: string, ...argv: string[]): Promise<string[]> =>
    this.run(command, action, ...argv, '--keypair', this.files.key(key));

  /** The same with `--json`. */
  async json(key: Keypair, command: MarketCommand, action: string, ...argv: string[]) {
    const [text, ...rest] = await this.as(key, command, action, ...argv, '--json');
    expect(rest).to.deep.equal([]);
    return JSON.parse(text!);
  }

  async show(address: string) {
    const [text] = await this.run('market', 'show', address, '--json');
    return JSON.parse(text!);
  }

  /** Promotes an epoch in which these leaves were used. @returns a file with them */
  async epoch(network: TestNetwork, leaves: readonly UsageLeaf[]): Promise<string> {
    await network.cut();
    const message = await network.message([], { usageRoot: new UsageTree(leaves).root });
    await network.send(postEpoch(network.address, network.sign(message)));
    await network.promote();
    return this.usage(leaves);
  }

  /** A file with the leaves of an epoch. */
  usage = (leaves: readonly UsageLeaf[]): string =>
    this.files.json({
      usage: leaves.map(({ side, account, birth, counterparty, units, amount }) => ({
        ...{ side, account: account.toBase58(), birth: `${birth}` },
        ...{ counterparty: counterparty.toBase58(), units: `${units}`, amount: `${amount}` },
      })),
    });
}
