import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@commonwire/sdk/core';
import { answerDemand, demandLeaf, type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
import { Keypair, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import {
  correct,
  entry,
  leafOf,
  orderedChanges,
  reseat,
  steadyNetworkChain,
  TestNetwork,
  transfer,
  veto,
} from '../../../tests/support/network';
import { challenge } from '../src/commands/challenge';
import { PublishingOracle } from './publishing-oracle';

describe('commonwire challenge', () => {
  let network: TestNetwork;
  let oracle: PublishingOracle;
  let folder: string;
  let keypair: string;
  let a: Keypair;
  let b: Keypair;
  let current: LedgerEntry[];
  const thief = Keypair.generate();

  before(async () => {
    // So long that what is demanded comes in time also where time runs on.
    const policy = { challengeSeconds: 600, answerSeconds: 300 };
    network = await TestNetwork.create(await steadyNetworkChain(), { policy });
    oracle = await PublishingOracle.start();
    const { connection } = network.chain;
    [a, b] = [await fund(connection, 1), await fund(connection, 1)];
    folder = mkdtempSync(join(tmpdir(), 'commonwire-challenge-'));
    keypair = join(folder, 'id.json');
    writeFileSync(keypair, JSON.stringify([...(await fund(connection, 1)).secretKey]), { mode: 0o600 });
    await network.register([a, a, b, b]);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await oracle.close();
  });

  const command = async (...more: string[]) => {
    const lines: string[] = [];
    const where = ['--url', network.chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    const argv = [...where, '--oracle', oracle.url, '--keypair', keypair, ...more];
    const status = await challenge.run(argv, (line) => lines.push(line));
    return { status, lines, text: lines.join('\n') };
  };
  const json = async (...more: string[]) => {
    const { status, text } = await command('--json', ...more);
    return { status, document: JSON.parse(text) };
  };
  /** Has the committee publish and post this ledger; `changes` apply to its message. */
  const post = async (entries: LedgerEntry[], changes: object = {}) => {
    if ((await network.account()).pending) await veto(network);
    await reseat(network);
    const datasetHash = oracle.publish(entries, await orderedChanges(network));
    const message = await network.message(entries, { datasetHash, ...changes });
    await network.send(postEpoch(network.address, network.sign(message)));
    return toHex(datasetHash);
  };

  it('finds nothing to challenge if no epoch is pending', async () => {
    const { status, text } = await command();
    expect([status, text]).to.deep.equal([
      0,
      `network ${network.address}: no epoch is pending, so there is nothing to challenge`,
    ]);
    expect((await json()).document).to.include({ pending: null, challenge: null });
  });

  it('challenges a first epoch in which a device earned too much', async () => {
    await network.cut();
    await post([entry(a, 1_000_001n), entry(a, 0n), entry(b, 0n), entry(b, 0n)]);
    const { status, lines } = await command();
    expect(status).to.equal(3);
    expect(lines[2]).to.equal(
      `WRONG  device 0: above-device-cap: 1.000001 earned for ${a.publicKey}, was not in the ledger`,
    );
    expect(lines.at(-1)).to.match(/^1 wrong device: VOID by device 0, transaction \w+$/);
    expect((await network.account()).pending).to.equal(null);
  });

  describe('after an honest epoch', () => {
    before(async () => {
      current = [entry(a, 500n), entry(a, 700n), entry(b, 0n), entry(b, 9n)];
      await post(current);
      await network.promote();
      await network.register([b]);
      await transfer(network, current, 1, a, b);
      await network.cut();
    });

    it('accepts an honest epoch with a transfer that takes effect later, a new device and one at the cap', async () => {
      await post([entry(a, 1_000_500n), entry(a, 700n), entry(b, 0n), entry(b, 9n), entry(b, 1n)]);
      const { status, lines, text } = await command();
      expect(status, text).to.equal(0);
      expect(lines[0]).to.match(/: epoch 2, attempt \d+, root [0-9a-f]{16}…, open to challenge until 2/);
      expect(lines[1]).to.equal('5 devices compared with the 4 of epoch 1');
      expect(lines.at(-1)).to.equal('no device breaks a rule: nothing to challenge');
      expect((await network.account()).pending?.epoch).to.equal(2n);
    });

    const robbed = () => [
      entry(a, 499n),
      entry(thief, 701n),
      entry(b, 0n),
      entry(thief, 1_000_010n),
      entry(b, 0n),
    ];

    it('shows what is wrong with each device, and only that with --dry-run', async () => {
      const hash = await post(robbed());
      const dry = await command('--dry-run', '--keypair', join(folder, 'none.json'));
      expect(dry.status).to.equal(4);
      expect(dry.lines.slice(2)).to.deep.equal([
        `WRONG  device 0: earned-fell: 0.000499 earned for ${a.publicKey}, was 0.0005 earned for ${a.publicKey}`,
        `WRONG  device 1: wrong-owner: 0.000701 earned for ${thief.publicKey}, was 0.0007 earned for ${a.publicKey}`,
        `WRONG  device 3: above-device-cap, wrong-owner: 1.00001 earned for ${thief.publicKey}, was 0.000009 earned for ${b.publicKey}`,
        '3 wrong devices: the epoch can be made void; run the command without --dry-run',
      ]);
      const { status, document } = await json('--dry-run');
      expect(status).to.equal(4);
      expect(document.pending).to.include({ epoch: 2, dataset_hash: hash });
      expect(document.challenge).to.equal(null);
      expect(document.faults[0]).to.deep.equal({
        index: 0,
        grounds: ['earned-fell'],
        before: { owner: a.publicKey.toBase58(), earned: '500' },
        after: { owner: a.publicKey.toBase58(), earned: '499' },
      });
      expect((await network.account()).pending?.epoch).to.equal(2n);
    });

    it('--print makes the transaction for a payer that signs elsewhere', async () => {
      await post(robbed());
      const payer = await fund(network.chain.connection, 1);
      const printing = ['--print', '--json', '--keypair', payer.publicKey.toBase58()];
      const { status, lines } = await command(...printing);
      expect(status).to.equal(4);
      for (const { transaction } of JSON.parse(lines[0]!).transactions) {
        const imported = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
        imported.sign([payer]);
        await network.chain.connection.sendTransaction(imported);
      }
      expect((await network.account()).pending).to.equal(null);
    });

    it('challenges once, and finds nothing more to do when run again', async () => {
      await post(robbed());
      const { status, document } = await json();
      expect(status).to.equal(3);
      expect(document.challenge.outcome).to.equal('void');
      expect(document.challenge.signature).to.match(/^\w{80,}$/);
      expect((await json()).status).to.equal(0);
    });

    it('reports that nothing can be proven if the pending epoch has no valid dataset', async () => {
      const honest = [...current, entry(b, 0n)];
      const published = oracle.publish(honest, await orderedChanges(network));
      const unparsable = (text: string) => Buffer.from(oracle.put(text), 'hex');
      const line = (text: string) =>
        unparsable(JSON.stringify({ parts: { rewards: [{ sha256: oracle.put(text) }] } }));
      for (const [datasetHash, reason] of [
        [new Uint8Array(32).fill(7), /this oracle has no dataset for it/],
        [published, /its 5 devices lead to another root than the chain's/],
        [unparsable('{}'), /it can't be read/],
        [unparsable('no JSON'), /it can't be read/],
        [line('{"index":1,"owner":"x","earned":"1"}\n'), /device 1 stands where 0 should/],
        [line('{"index":0,"owner":"x","earned":"1"}\n'), /x is not an address/],
        [line(`{"index":0,"owner":"${a.publicKey}","earned":"-1"}\n`), /it can't be read/],
        [
          line(`{"index":0,"owner":"${a.publicKey}","earned":"18446744073709551616"}\n`),
          /it can't be read: 18446744073709551616 is not a u64/,
        ],
      ] as const) {
        await post(robbed(), { datasetHash });
        const { status, lines } = await command();
        expect([status, lines.length]).to.deep.equal([5, 3]);
        expect(lines[1])
          .to.match(/^UNPROVEN: /)
          .and.to.match(reason);
        expect(lines[2]).to.match(/other oracles.*demand a leaf with commonwire demand/);
      }
    });

    it('challenges with a leaf that was shown on demand where the dataset is hidden', async () => {
      const hidden = robbed();
      await post(hidden, { datasetHash: new Uint8Array(32).fill(7) });
      const { epoch, attempt } = (await network.account()).pending!;
      const demander = network.chain.payer.publicKey;
      const at = { network: network.address, epoch, attempt };
      await network.send(demandLeaf({ ...at, index: 3, demander }));
      expect((await command()).status).to.equal(5);
      await network.send(answerDemand({ ...at, demander, answerer: demander, leaf: leafOf(hidden, 3) }));
      const dry = await command('--dry-run');
      expect(dry.status).to.equal(4);
      expect(dry.lines[1]).to.match(/no dataset for it.*; leaves that were shown on demand prove it wrong$/);
      expect(dry.lines.slice(2)).to.deep.equal([
        `WRONG  device 3: above-device-cap, wrong-owner: 1.00001 earned for ${thief.publicKey}, was 0.000009 earned for ${b.publicKey}`,
        '1 wrong device: the epoch can be made void; run the command without --dry-run',
      ]);
      const [printed] = (await command('--print', '--json')).lines;
      expect(JSON.parse(printed!).transactions).to.have.length(1);
      const { status, document } = await json();
      expect(status).to.equal(3);
      expect(document.challenge.outcome).to.equal('void');
      expect(document.faults[0].index).to.equal(3);
      expect((await network.account()).pending).to.equal(null);
    });

    it('reads the registry from the chain where the dataset falsifies it', async () => {
      const datasetHash = oracle.publish(robbed());
      await post(robbed(), { datasetHash });
      const { status, lines } = await command();
      expect(status, lines.join()).to.equal(3);
      expect(lines.filter((line) => line.startsWith('WRONG'))).to.have.length(3);
    });

    it('does not trust an oracle that serves other bytes', async () => {
      const hash = await post([...current, entry(b, 0n)]);
      oracle.parts.set(hash, Buffer.from('{"parts":{"rewards":[]}}'));
      const { status, text } = await command();
      expect(status).to.equal(5);
      expect(text).to.include(`what is served as ${hash} has another hash`);
    });

    it('error: the oracle fails or lacks the current ledger', async () => {
      await post([...current, entry(b, 0n)]);
      oracle.failure = 500;
      await expectError(command(), 'not-found');
      oracle.failure = null;
      const hash = toHex((await network.account()).current.datasetHash);
      const kept = oracle.parts.get(hash)!;
      oracle.parts.delete(hash);
      await expectError(command(), 'not-found');
      oracle.parts.set(hash, kept);
      expect((await command()).status).to.equal(0);
    });

    it('error: an invalid key file, whose contents are not shown, and wrong usage', async () => {
      await post(robbed());
      const secret = join(folder, 'bad.json');
      writeFileSync(secret, '[251, 252, 253]');
      for (const [file, code] of [
        [secret, 'bad-key-file'],
        [join(folder, 'none.json'), 'unreadable-file'],
      ] as const) {
        const failed = command('--keypair', file);
        await expectError(failed, code);
        await failed.catch((error: Error) => expect(error.message).to.not.match(/25[123]/));
      }
      await expectError(command('--fast'), 'usage');
      await expectError(
        challenge.run(['--url', 'http://127.0.0.1:1'], () => {}),
        'usage',
      );
    });

    it('recognises a corrective epoch', async () => {
      await correct(network, 2n);
      await post(robbed());
      const { status, lines } = await command('--dry-run');
      expect(status).to.equal(4);
      expect(lines[1]).to.match(/, as a corrective epoch$/);
      // Device 0 may lose what it earned.
      const wrong = lines.filter((line) => line.startsWith('WRONG')).map((line) => line.slice(0, 16));
      expect(wrong).to.deep.equal(['WRONG  device 1:', 'WRONG  device 3:']);
    });
  });
});
