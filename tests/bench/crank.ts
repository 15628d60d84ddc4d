import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  AccountState,
  type CrankSummary,
  crank,
  type LedgerEntry,
  payroll,
  planSettlement,
  TokenAccounts,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { CrankNetwork, type SetAccounts } from '../support/network';
import type { ChainRequest } from './crank-chain';
import type { Figure, Suite } from './figures';

const DEVICES = 100_000;
const MANY_DEVICES = 1_000_000;
/** An amount of six bytes, as after years of rewards. */
const EARNED = 2n ** 40n;

/** Measures settling whole epochs: the number of transactions, their cost, and how fast they are planned and sent. */
export const crankSuite: Suite = async (progress) => {
  const figures: Figure[] = [];
  for (const count of [DEVICES, MANY_DEVICES]) {
    progress(`planning ${count.toLocaleString('en-US')} settlements`);
    figures.push(planning(count));
  }
  progress(`settling ${DEVICES.toLocaleString('en-US')} devices`);
  figures.push(...(await settling()));
  return figures;
};

/** A ledger with one device for each owner. */
const ledger = (count: number): LedgerEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    owner: new Uint8Array(randomBytes(32)),
    earned: EARNED + BigInt(index),
  }));

/** The plan alone: from ledger, pages and states of accounts to runs. */
function planning(count: number): Figure {
  const entries = ledger(count);
  const network = Keypair.generate().publicKey;
  const started = performance.now();
  const sums = payroll(entries, () => 0n);
  const accounts = new AnyAccounts(sums.owners, network);
  accounts.state.fill(AccountState.payable);
  planSettlement({ payroll: sums, accounts, openPages: new Set() });
  const value = round((performance.now() - started) / 1000);
  return { name: `crank.plan.${count / 1000}k.seconds`, value, unit: 'seconds' };
}

/** Uses owners' addresses as token accounts, since deriving them isn't part of planning and is measured in settling. */
class AnyAccounts extends TokenAccounts {
  override address(owner: number): Uint8Array {
    return this.owners[owner]!;
  }
}

async function settling(): Promise<Figure[]> {
  const chain = await Chain.start();
  const net = await CrankNetwork.on(chain.rpcUrl, chain.setAccounts, chain.setUnixTimestamp, 1_000_000);
  const entries = ledger(DEVICES);
  await net.openAccounts(entries.map(({ owner }) => owner));
  const tree = await net.promote(entries);
  const options = {
    connection: net.connection,
    payer: net.payer,
    network: net.network.address,
    entries,
    tree,
  };
  const sending = { window: 256, pollMs: 100 };
  const measured = async (changes: object): Promise<CrankSummary & { seconds: number }> => {
    const started = performance.now();
    const summary = await crank({ ...options, sending, ...changes });
    if (summary.devices !== DEVICES)
      throw new Error(`${summary.devices} devices were paid: ${summary.detail}`);
    return { ...summary, seconds: (performance.now() - started) / 1000 };
  };
  const first = await measured({});
  const later = ledgerAfter(entries);
  const again = await measured({ entries: later, tree: await net.promote(later) });
  chain.close();
  const all = Object.values(first.transactions).reduce((sum, one) => sum + one, 0);
  const per = (transactions: number) => round(DEVICES / transactions);
  return [
    { name: 'crank.recipients_per_tx', value: per(first.transactions.settle), unit: 'recipients' },
    { name: 'crank.recipients_per_tx_all', value: per(all), unit: 'recipients' },
    {
      name: 'crank.lamports_per_recipient',
      value: round(Number(first.fees) / DEVICES),
      unit: 'lamports',
    },
    {
      name: 'crank.lamports_per_recipient_again',
      value: round(Number(again.fees) / DEVICES),
      unit: 'lamports',
    },
    { name: 'crank.devices_per_second', value: Math.floor(DEVICES / first.seconds), unit: 'devices' },
    { name: 'crank.devices_per_second_again', value: Math.floor(DEVICES / again.seconds), unit: 'devices' },
  ];
}

const ledgerAfter = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map(({ owner, earned }) => ({ owner, earned: earned + 1n }));

const round = (value: number): number => Math.round(value * 100) / 100;

type Asked = ChainRequest extends infer R ? (R extends ChainRequest ? Omit<R, 'id'> : never) : never;

/** The chain's process. */
class Chain {
  private asked = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly rpcUrl: string,
  ) {}

  static async start(): Promise<Chain> {
    const child = fork(join(__dirname, 'crank-chain.ts'));
    const [{ rpcUrl }] = (await once(child, 'message')) as [{ rpcUrl: string }];
    return new Chain(child, rpcUrl);
  }

  readonly setAccounts: SetAccounts = async (accounts) => {
    for (let at = 0; at < accounts.length; at += 5_000) {
      const part = accounts.slice(at, at + 5_000).map(({ address, lamports, owner, data }) => ({
        address: address.toBase58(),
        lamports: `${lamports}`,
        owner: owner.toBase58(),
        data: Buffer.from(data ?? []).toString('base64'),
      }));
      await this.ask({ kind: 'accounts', accounts: part });
    }
  };

  readonly setUnixTimestamp = (seconds: number): Promise<void> => this.ask({ kind: 'time', seconds });
  readonly close = (): void => this.child.disconnect();

  private async ask(request: Asked): Promise<void> {
    const id = this.asked++;
    const answered = once(this.child, 'message');
    this.child.send({ ...request, id });
    await answered;
  }
}
