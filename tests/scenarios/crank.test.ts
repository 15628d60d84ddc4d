import { randomBytes } from 'node:crypto';
import type { Localnet } from '@commonwire/localnet';
import {
  type CrankEvent,
  type CrankOptions,
  crank,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  pause,
  planCrank,
  unpause,
} from '@commonwire/sdk/network';
import { Connection, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../support/chain';
import { CrankNetwork } from '../support/network';
import { withoutV1 } from '../support/without-v1';

const EARNED = 2n ** 40n;
const SENDING = { pollMs: 20, resendMs: 200, graceMs: 100 };

const wallets = (count: number): Uint8Array[] =>
  Array.from({ length: count }, () => new Uint8Array(randomBytes(32)));
const ledgerOf = (owners: readonly Uint8Array[]): LedgerEntry[] =>
  owners.map((owner, i) => ({ owner, earned: EARNED + BigInt(i) }));
const more = (entries: readonly LedgerEntry[], amount = 1n): LedgerEntry[] =>
  entries.map(({ owner, earned }) => ({ owner, earned: earned + amount }));
const total = (entries: readonly LedgerEntry[]): bigint =>
  entries.reduce((sum, { earned }) => sum + earned, 0n);

describe('crank', () => {
  let net: CrankNetwork;
  let localnet: Localnet;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ crank: net, localnet, close } = await CrankNetwork.start());
    localnet.advanceSlots(200);
  });
  afterEach(() => close());

  const options = async (entries: readonly LedgerEntry[], changes: Partial<CrankOptions> = {}) => ({
    connection: net.connection,
    payer: net.payer,
    network: net.network.address,
    tree: await net.promote(entries),
    entries,
    sending: SENDING,
    ...changes,
  });
  const balance = async () => BigInt(await net.connection.getBalance(net.payer.publicKey, 'confirmed'));
  const expectPaid = async (entries: readonly LedgerEntry[]) => {
    expect(await net.paid(entries.length)).to.deep.equal(entries.map(({ earned }) => earned));
    const { totalPaid } = await net.network.account();
    expect(totalPaid).to.equal(total(entries));
  };
  /** The connection with some of its requests answered otherwise. */
  const through = (intercept: (send: () => Promise<string>, nth: number) => Promise<string>): Connection => {
    const connection = new Connection(net.connection.rpcEndpoint, 'confirmed');
    const send = connection.sendRawTransaction.bind(connection);
    let nth = 0;
    connection.sendRawTransaction = (wire, config) => intercept(() => send(wire, config), nth++);
    return connection;
  };

  it('pays a whole epoch over pages, and says what it did and cost', async () => {
    const owners = wallets(1500);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const all = await options(entries);
    const events: CrankEvent[] = [];
    const planned = await planCrank(all);
    const before = await balance();

    const summary = await crank({ ...all, onEvent: (event) => events.push(event) });

    await expectPaid(entries);
    expect(summary).to.deep.include({ outcome: 'done', devices: 1500, recipients: 1500, unpaid: [] });
    expect(summary.amount).to.equal(total(entries));
    expect(summary.transactions).to.deep.equal({ settle: planned.settlements, pages: 1, accounts: 0 });
    expect(planned.settlements).to.be.at.most(27);
    expect(planned.settlements + 1).to.equal(planned.transactions);
    expect(summary.fees).to.equal(planned.fees);
    expect(summary.rent).to.deep.equal(planned.rent);
    const { fees, rent } = summary;
    expect(before - (await balance())).to.equal(fees + rent.pages);
    const settled = events.flatMap((event) => (event.type === 'settled' ? [event] : []));
    expect(settled.reduce((sum, { devices }) => sum + devices, 0)).to.equal(1500);
  });

  it('pays what came since alone, in as few transactions', async () => {
    const owners = wallets(400);
    const first = ledgerOf(owners);
    await net.openAccounts(owners);
    const before = await balance();
    const one = await crank(await options(first));
    // Every ninth earned nothing more.
    const second = first.map((entry, i) => (i % 9 === 4 ? entry : { ...entry, earned: entry.earned + 3n }));
    const two = await crank(await options(second));
    expect(two.transactions.pages).to.equal(0);
    expect(two.transactions.settle).to.be.at.most(one.transactions.settle + 1);
    await expectPaid(second);
    expect(before - (await balance())).to.equal(one.fees + two.fees + one.rent.pages);
  });

  it('pays one owner of 1,000 devices in two transactions', async () => {
    const [owner] = wallets(1);
    await net.openAccounts([owner!]);
    const entries = Array.from({ length: 1000 }, (_, i) => ({ owner: owner!, earned: EARNED + BigInt(i) }));
    const summary = await crank(await options(entries));
    expect(summary.transactions.settle).to.equal(2);
    await expectPaid(entries);
  });

  it('pays two owners who alternate, more often than their accounts can be named at once', async () => {
    const [a, b] = wallets(2);
    await net.openAccounts([a!, b!]);
    const owners = Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? b! : a!));
    const entries = ledgerOf(owners);
    await crank(await options(entries));
    await expectPaid(entries);
  });

  it('sends version 0 where the cluster takes no other, and pays the same', async () => {
    const owners = wallets(70);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const all = await options(entries, { connection: withoutV1(net.connection), priorityFee: 10_000n });
    const planned = await planCrank(all);
    const before = await balance();

    const summary = await crank(all);

    expect(summary).to.deep.include({ outcome: 'done', devices: 70, fees: planned.fees });
    expect(summary.transactions.settle).to.be.within(4, 7);
    expect(before - (await balance())).to.equal(summary.fees + summary.rent.pages);
    await expectPaid(entries);
  });

  it('goes on after it was cut off at any transaction, to the same end', async () => {
    const owners = wallets(150);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const all = await options(entries);
    for (let cut = 0; ; cut++) {
      expect(cut, 'cranks').to.be.lessThan(20);
      const stop = new AbortController();
      const connection = through(async (send, nth) => {
        if (nth >= 1) {
          stop.abort();
          throw new Error('the process is gone');
        }
        return send();
      });
      const { outcome } = await crank({ ...all, connection, signal: stop.signal });
      if (outcome === 'done') break;
      expect(outcome).to.equal('stopped');
    }
    await expectPaid(entries);
    const idle = await crank(all);
    expect(idle).to.deep.include({ outcome: 'done', devices: 0, fees: 0n });
  }).timeout(120_000);

  it('pays once though answers to sending are lost, and though nodes lose transactions', async () => {
    const owners = wallets(130);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const connection = through(async (send, nth) => {
      if (nth % 3 === 0) throw new Error('socket hang up');
      const signature = await send();
      if (nth % 3 === 1) throw new Error('read ECONNRESET');
      return signature;
    });

    const summary = await crank(await options(entries, { connection }));

    expect(summary).to.deep.include({ outcome: 'done', devices: 130 });
    await expectPaid(entries);
  });

  it('takes a fresh blockhash when one expired before its transaction landed', async () => {
    const owners = wallets(5);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    let lost = 0;
    const connection = through(async (send, nth) => {
      if (nth > 0) return send();
      lost += 1;
      localnet.advanceSlots(160);
      throw new Error('socket hang up');
    });

    const summary = await crank(await options(entries, { connection }));

    expect(lost).to.equal(1);
    expect(summary.outcome).to.equal('done');
    await expectPaid(entries);
  });

  it('names who is not paid and why, and pays the others', async () => {
    const owners = wallets(60);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners.slice(3));
    await net.openAccounts([owners[10]!], { frozen: true });
    await net.openAccounts([owners[20]!, owners[21]!], { heldBy: net.payer.publicKey });

    const summary = await crank(await options(entries));

    expect(summary).to.deep.include({ outcome: 'done', devices: 54 });
    const due = (...indices: number[]) => indices.reduce((sum, i) => sum + entries[i]!.earned, 0n);
    expect(summary.unpaid).to.have.deep.members([
      { reason: 'no-token-account', devices: 3, amount: due(0, 1, 2) },
      { reason: 'frozen', devices: 1, amount: due(10) },
      { reason: 'unusable-account', devices: 2, amount: due(20, 21) },
    ]);
    const before = await balance();
    const created = await crank({ ...(await options(more(entries))), createFrom: 1n });
    expect(created).to.deep.include({ outcome: 'done', devices: 57 });
    expect(created.transactions.accounts).to.equal(1);
    const rent = await net.connection.getMinimumBalanceForRentExemption(165);
    expect(created.rent.accounts).to.equal(3n * BigInt(rent));
    expect(before - (await balance())).to.equal(created.fees + created.rent.accounts);
  });

  it('finds an account that was closed since it was read, and pays all others of its run', async () => {
    const owners = wallets(40);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const connection = through(async (send, nth) => {
      if (nth === 1) await net.closeAccount(owners[7]!);
      return send();
    });

    const summary = await crank(await options(entries, { connection }));

    expect(summary).to.deep.include({ outcome: 'done', devices: 39 });
    expect(summary.unpaid).to.deep.equal([
      { reason: 'no-token-account', devices: 1, amount: entries[7]!.earned },
    ]);
  });

  it('stops at its signal and at its greatest number of settlements, and goes on from there', async () => {
    const owners = wallets(300);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const all = await options(entries);
    const one = await crank({ ...all, maxSettlements: 2 });
    expect(one).to.deep.include({ outcome: 'limited' });
    expect(one.transactions.settle).to.equal(2);
    expect(one.unpaid).to.deep.equal([
      { reason: 'left', devices: 300 - one.devices, amount: total(entries) - one.amount },
    ]);
    const stop = new AbortController();
    const onEvent = (event: CrankEvent) => event.type === 'settled' && stop.abort();
    const two = await crank({ ...all, sending: { ...SENDING, window: 1 }, signal: stop.signal, onEvent });
    expect(two.outcome).to.equal('stopped');
    expect(two.devices)
      .to.be.greaterThan(0)
      .and.lessThan(300 - one.devices);
    expect(await crank(all)).to.deep.include({ outcome: 'done' });
    await expectPaid(entries);
  });

  it('pays for priority what it was told, and counts it', async () => {
    const owners = wallets(70);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const before = await balance();
    const all = await options(entries, { priorityFee: 10_000n });
    const planned = await planCrank(all);
    const summary = await crank(all);
    expect(summary.fees).to.equal(planned.fees);
    expect(before - (await balance())).to.equal(summary.fees + summary.rent.pages);
    const sent = summary.transactions.settle + 1;
    expect(summary.fees > 5000n * BigInt(sent)).to.equal(true);
    await expectPaid(entries);
    const free = await crank(await options(more(entries), { priorityFee: { percentile: 75, max: 1000n } }));
    expect(free.fees).to.equal(5000n * BigInt(free.transactions.settle));
  });

  it('pays up to the limit of a window, one device in part, and the rest in later windows', async () => {
    await close();
    const policy = { payoutLimit: 1_250n, payoutWindowSeconds: 2, epochSeconds: 2 };
    ({ crank: net, localnet, close } = await CrankNetwork.start({ policy, emission: { epochCap: 1_000n } }));
    const owners = wallets(20);
    await net.openAccounts(owners);
    const earning = (amount: bigint) => owners.map((owner) => ({ owner, earned: amount }));
    await net.promote(earning(50n));
    const entries = earning(90n);
    const all = await options(entries);

    const one = await crank(all);

    expect(one).to.deep.include({ outcome: 'payout-limit', amount: 1_250n });
    expect(one.unpaid.reduce((sum, { amount }) => sum + amount, 0n)).to.equal(550n);
    await net.network.chain.passSeconds(2);
    const two = await crank(all);
    expect(two).to.deep.include({ outcome: 'done', amount: 550n, unpaid: [] });
    await expectPaid(entries);
  });

  it('pays nothing while the network is paused, and goes on after', async () => {
    const owners = wallets(30);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const all = await options(entries);
    const { address: network, authority } = net.network;
    await net.network.send(pause({ network, guard: authority.publicKey }), [authority]);

    const paused = await crank(all);

    expect(paused).to.deep.include({ outcome: 'paused', devices: 0 });
    expect(paused.detail).to.match(/paused/i);
    await net.network.send(unpause({ network, guard: authority.publicKey }), [authority]);
    expect(await crank(all)).to.deep.include({ outcome: 'done', devices: 30 });
  });

  it('stops when another epoch is promoted meanwhile', async () => {
    const owners = wallets(30);
    const entries = ledgerOf(owners);
    await net.openAccounts(owners);
    const connection = through(async (send, nth) => {
      if (nth === 1) await net.promote(more(entries));
      return send();
    });
    const summary = await crank(await options(entries, { connection }));
    expect(summary.outcome).to.equal('ledger-changed');
    expect(summary.devices).to.be.lessThan(30);
  });

  it('error: another ledger, none promoted, or too little SOL: nothing is sent', async () => {
    const owners = wallets(3);
    const entries = ledgerOf(owners);
    const early = { ...(await options(entries)), entries: more(entries) };
    const other = LedgerTree.fromLeaves(ledgerLeaves(early.entries));
    await expectError(crank({ ...early, tree: other }), 'ledger-differs');
    await net.openAccounts(owners);
    const poor = await fund(net.connection, 0.01);
    await expectError(crank({ ...early, entries, payer: poor }), 'insufficient-funds');
    expect(await net.connection.getBalance(poor.publicKey)).to.equal(10_000_000);
    const young = await CrankNetwork.start();
    const nobody = { ...early, connection: young.crank.connection, network: young.crank.network.address };
    await expectError(crank(nobody), 'nothing-promoted');
    await young.close();
    const missing = { ...early, network: PublicKey.default };
    await expectError(crank(missing), 'account-foreign');
  });
});
