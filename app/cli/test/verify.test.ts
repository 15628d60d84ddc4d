import { sha256, toHex } from '@commonwire/sdk/core';
import type { LedgerEntry } from '@commonwire/sdk/network';
import { OracleClient, type SettlementInfo } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { verify } from '../src/commands/verify';
import { type VerifyPayout, verifyPayout } from '../src/verification/verify-payout';
import { PaidNetwork } from './paid-network';
import { registryPart, type StubDataset, StubOracle, settlementOf } from './stub-oracle';

describe('commonwire verify', () => {
  let network: PaidNetwork;
  let oracle: StubOracle;
  let first: LedgerEntry[];
  let second: LedgerEntry[];
  let truth: StubDataset;

  before(async () => {
    network = await PaidNetwork.create();
    oracle = await StubOracle.start();
    first = network.ledger(100n, 0n, 7n, 30n, 5n);
    await network.promote(first);
    await network.settle(first);
    second = network.ledger(150n, 20n, 7n, 31n, 5n);
    truth = await network.promote(second);
    await network.settle(second);
  });
  beforeEach(() => {
    oracle.dataset = truth;
    oracle.registryHash = toHex(sha256(truth.registry));
    oracle.settle = (from, count) => settlementOf(2, second, from, count);
  });
  after(() => oracle.close());

  const verified = (subject: VerifyPayout['subject'], patienceMs = 0) =>
    verifyPayout({
      connection: network.test.chain.connection,
      oracle: new OracleClient(oracle.url),
      network: network.test.address,
      subject,
      patienceMs,
    });
  /** Returns the first failed check and the reason. */
  const failure = async (subject: VerifyPayout['subject']) => {
    const failed = (await verified(subject)).checks.find(({ holds }) => !holds);
    return failed && `${failed.about}: ${failed.detail}`;
  };
  const command = async (...more: string[]) => {
    const lines: string[] = [];
    const { chain, address } = network.test;
    const where = ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58()];
    const argv = [...where, '--oracle', oracle.url, ...more];
    const status = await verify.run(argv, (line) => lines.push(line));
    return { status, lines };
  };

  it('shows each check of a device', async () => {
    const { status, lines } = await command('--device', '3');

    expect(status).to.equal(0);
    expect(lines[0]).to.match(/^network .* epoch 2, promoted /);
    const about = lines.slice(1, -1).map((line) => line.split(/ +/).slice(0, 2).join(' '));
    expect(about).to.deep.equal(
      ['dataset', 'registry', 'ledger', 'paid', 'account', 'vault'].map((name) => `holds ${name}`),
    );
    expect(lines.at(-1)).to.equal('verified: device 3 earned 0.000031 since the start and was paid 0.000031');
  });

  it('finds all devices of an owner in the registry and proves each, with JSON output', async () => {
    const owner = network.owners[0]!.publicKey.toBase58();
    const { status, lines } = await command('--owner', owner, '--json');

    expect(status).to.equal(0);
    const document = JSON.parse(lines.join('\n'));
    expect(document).to.include({ verified: true, epoch: 2, owner, vault: '0' });
    expect(document.devices).to.deep.equal([
      { index: 0, owner, earned: '150', paid: '150', due: '0' },
      { index: 1, owner, earned: '20', paid: '20', due: '0' },
      { index: 4, owner, earned: '5', paid: '5', due: '0' },
    ]);
    expect(document.token_account.amount).to.equal('175');
  });

  const lies: [string, (answer: SettlementInfo) => Partial<SettlementInfo>, RegExp][] = [
    ['a greater amount', () => ({ earned: ['151'] }), /^ledger: .*not what the committee signed/],
    [
      'an amount that wraps around',
      () => ({ earned: [`${150n + (1n << 64n)}`] }),
      /^ledger: .*not a u64|u64|fit/,
    ],
    [
      'another owner',
      () => ({ owners: [Keypair.generate().publicKey.toBase58()] }),
      /^ledger: device 0: the oracle names the owner .* is registered/,
    ],
    [
      'a wrong hash in the proof',
      ({ proof }) => ({ proof: ['00'.repeat(40), ...proof.slice(1)] }),
      /^ledger: .*not what the committee signed/,
    ],
    ['a proof too short', ({ proof }) => ({ proof: proof.slice(1) }), /^ledger: .*proof has only/],
    ['a proof too long', ({ proof }) => ({ proof: [...proof, proof[0]!] }), /^ledger: .*nodes given/],
    ['the leaf of another device', () => settlementOf(2, second, 1, 1), /^ledger: .*answers for device 1/],
    [
      'the ledger of an older epoch',
      () => settlementOf(1, first, 0, 1),
      /^ledger: .*epoch 1, but on chain it is 2/,
    ],
    [
      'the older ledger as if it were this one',
      () => ({ ...settlementOf(1, first, 0, 1), epoch: 2 }),
      /^ledger: .*not what the committee signed/,
    ],
  ];
  for (const [lie, change, expected] of lies) {
    it(`catches an oracle that gives ${lie}`, async () => {
      const honest = oracle.settle as (from: number, count: number) => SettlementInfo;
      oracle.settle = (from, count) => {
        const answer = honest(from, count);
        return { ...answer, ...change(answer) };
      };

      expect(await failure({ index: 0 })).to.match(expected);
    });
  }

  it('catches an altered manifest, and exits with status 1 and the reason', async () => {
    const altered = Buffer.from(truth.manifest.toString().replace('"epoch":2', '"epoch":3'));
    oracle.dataset = { ...truth, manifest: altered };

    const { status, lines } = await command('--device', '0');

    expect(status).to.equal(1);
    expect(lines.at(-1)).to.match(/^NOT verified: the manifest of epoch 2 has SHA-256 .*it was altered$/);
    expect((await command('--owner', network.owners[0]!.publicKey.toBase58())).status).to.equal(1);
  });

  it('catches a registry in which a device has another owner or is missing', async () => {
    const stolen = { ...network.devices[0]!, owner: network.owners[2]!.publicKey.toBytes() };
    for (const devices of [[stolen, ...network.devices.slice(1)], network.devices.slice(0, 4)]) {
      oracle.dataset = { ...truth, registry: registryPart({ kind: 'registered', devices }) };

      expect(await failure({ owner: network.owners[0]!.publicKey })).to.match(
        /^registry: .*missing or altered/,
      );
    }
  });

  it('waits for an oracle that lags behind the chain', async () => {
    let asked = 0;
    oracle.settle = (from, count) =>
      asked++ === 0 ? settlementOf(1, first, from, count) : settlementOf(2, second, from, count);

    const { checks } = await verified({ index: 0 }, 10_000);

    expect(checks.filter(({ holds }) => !holds)).to.deep.equal([]);
    expect(asked).to.equal(2);
  });

  it('error: a device or owner not in the ledger, and a network without a ledger', async () => {
    await expectError(verified({ index: 5 }), 'not-in-ledger');
    await expectError(verified({ owner: Keypair.generate().publicKey }), 'no-devices');
    const young = await PaidNetwork.create();
    await expectError(
      verifyPayout({
        connection: young.test.chain.connection,
        oracle: new OracleClient(oracle.url),
        network: young.test.address,
        subject: { index: 0 },
      }),
      'not-promoted',
    );
  });

  it('error: an invalid answer of the oracle, and wrong options', async () => {
    oracle.settle = () => ({ epoch: 2, earned: [] });
    await expectError(verified({ index: 0 }), 'bad-answer');
    await expectError(command(), 'usage');
    await expectError(command('--device', '0', '--owner', oracle.url), 'usage');
    await expectError(command('--device', '-1'), 'usage');
    await expectError(command('--device', '1', '--fast'), 'usage');
  });

  describe('after later epochs', () => {
    const third = () => network.ledger(160n, 20n, 7n, 31n, 5n);
    const publish = (dataset: StubDataset, epoch: number, entries: readonly LedgerEntry[]) => {
      oracle.dataset = dataset;
      oracle.settle = (from, count) => settlementOf(epoch, entries, from, count);
    };

    it('shows what is still due', async () => {
      publish(await network.promote(third()), 3, third());

      const { checks, devices } = await verified({ index: 0 });

      expect(checks.filter(({ holds }) => !holds)).to.deep.equal([]);
      expect(devices).to.deep.include({ ...devices[0]!, earned: 160n, paid: 150n });
      const { lines } = await command('--device', '0');
      expect(lines.join('\n')).to.include(
        'device 0: 0.00015 paid according to the page on chain, 0.00001 still due',
      );
    });

    it('catches a committee whose manifest contradicts what it posted', async () => {
      publish(await network.promote(third(), { totals: { earned_total: '1' } }), 4, third());

      expect(await failure({ index: 0 })).to.match(/^dataset: .*earned_total is 1, but on chain it is 223/);
    });

    it('catches a committee whose ledger fell below what was paid', async () => {
      const fallen = network.ledger(149n, 20n, 7n, 42n, 5n);
      publish(await network.promote(fallen), 5, fallen);

      expect(await failure({ index: 0 })).to.match(/^paid: device 0: 0.00015 paid, 0.000149 earned/);
    });
  });
});
