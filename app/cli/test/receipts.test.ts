import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, Uplink } from '@commonwire/device';
import { fromBase64, fromHex, sha256, signEd25519, toHex } from '@commonwire/sdk/core';
import { reportHash, type SignedReport } from '@commonwire/sdk/device';
import {
  isReceiptFor,
  type KeptReceipt,
  type Receipt,
  receiptLeaf,
  receiptMessage,
  receiptTree,
} from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { ReceiptFile } from '../../../app/device/src/receipts';
import { identity, NOON, oracleKeys, signed } from '../../../oracle/test/domain/support';
import { World } from '../../../oracle/test/support/world';
import { ReceiptCheck, readReceipts } from '../src/receipts/receipts';

const hashOf = ({ report }: SignedReport): Uint8Array => reportHash(fromBase64(report));
const { network } = identity;

describe('receipts of an oracle', () => {
  let world: World;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-receipts-'));
    world = await new World(2).start();
    await world.tick();
  });
  after(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a dishonest oracle signs with its own key. */
  const lie = (
    receipt: Receipt,
    entry: string,
    reports: readonly Uint8Array[],
    sequence = receipt.sequence,
  ) => {
    const key = oracleKeys(2)[0]!;
    const message = receiptMessage({
      network,
      oracle: key.publicKey,
      epoch: receipt.epoch,
      sequence,
      entry: fromHex(entry),
      root: receiptLeaf(reports),
    });
    const signature = Buffer.from(signEd25519(message, key)).toString('base64');
    return { ...receipt, sequence, entry, path: [], signature };
  };

  it('prove each of the requests that share an entry, for its accepted reports alone', async () => {
    const { client } = world.at(0);
    const batches = [0, 1, 2].map((i) => [
      signed(world.devices[i]!, { start: NOON - 900 }),
      signed(world.devices[i]!, { start: NOON, value: 1_000_000n }),
    ]);
    const answers = await Promise.all(batches.map((batch) => client.submit(batch)));
    for (const [i, { results, receipt }] of answers.entries()) {
      expect(results.map(({ status }) => status)).to.deep.equal(['accepted', 'rejected']);
      expect(isReceiptFor(network, receipt!, [hashOf(batches[i]![0]!)])).to.equal(true);
      expect(isReceiptFor(network, receipt!, batches[i]!.map(hashOf))).to.equal(false);
      expect(isReceiptFor(network, receipt!, [hashOf(batches[(i + 1) % 3]![0]!)])).to.equal(false);
      expect(isReceiptFor(sha256(network), receipt!, [hashOf(batches[i]![0]!)])).to.equal(false);
    }
    expect((await client.submit([batches[0]![0]!])).receipt).to.equal(undefined);
  });

  it('have a path for any number of requests', () => {
    const key = oracleKeys(1)[0]!;
    for (let count = 1; count <= 9; count++) {
      const reports = Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(i)));
      const { root, paths } = receiptTree(reports.map((report) => receiptLeaf([report])));
      const facts = { network, oracle: key.publicKey, epoch: 1, sequence: 2, entry: sha256(network), root };
      const signature = Buffer.from(signEd25519(receiptMessage(facts), key)).toString('base64');
      for (const [i, path] of paths.entries()) {
        const oracle = new PublicKey(key.publicKey).toBase58();
        const receipt = { oracle, epoch: 1, sequence: 2, entry: toHex(facts.entry), path, signature };
        expect(isReceiptFor(network, receipt, [reports[i]!])).to.equal(true);
        if (count > 1) expect(isReceiptFor(network, receipt, [reports[(i + 1) % count]!])).to.equal(false);
      }
    }
  });

  it('are kept by an agent, in bounded files, and prove what was counted and what was dropped', async () => {
    const file = join(folder, 'outbox.receipts');
    const kept = new ReceiptFile(file, 400);
    const address = new PublicKey(network);
    const reports = [3, 4].map((i) => signed(world.devices[i]!, { start: NOON - 1800 }));
    const uplink = new Uplink([world.url(0)], {
      clock: systemClock,
      onAccepted: ({ receipt, reports: hashes }) =>
        expect(kept.keep(address, receipt!, hashes)).to.equal(true),
    });
    for (const report of reports) await uplink.deliver([report]);
    expect(existsSync(`${file}.older`)).to.equal(true);
    expect(statSync(file).size).to.be.lessThan(1500);
    expect(kept.keep(address, readReceipts(file)[0]!.receipt, [sha256(network)])).to.equal(false);

    const [honest] = readReceipts(file) as [KeptReceipt];
    const pending = await examine([honest], 0);
    expect(pending).to.deep.equal(['pending']);
    world.pass(61);
    await world.promoted(1);
    const { receipt } = honest;
    const hash = hashOf(reports[1]!);
    const stranger = sha256(hash);
    const cases: [string, Receipt, Uint8Array[]][] = [
      ['counted', receipt, [hash]],
      ['dropped', lie(receipt, toHex(sha256(network)), [hash]), [hash]],
      ['dropped', lie(receipt, receipt.entry, [hash], 99), [hash]],
      ['dropped', lie(receipt, receipt.entry, [stranger]), [stranger]],
      ['invalid', { ...receipt, sequence: receipt.sequence + 1 }, [hash]],
    ];
    const all = cases.map(([, one, hashes]) => ({
      network: address.toBase58(),
      receipt: one,
      reports: hashes.map(toHex),
    }));
    await writeFile(file, `${all.map((one) => JSON.stringify(one)).join('\n')}\n{"cut off`);
    expect(await examine(readReceipts(file), 1)).to.deep.equal(cases.map(([outcome]) => outcome));
    expect(readFileSync(`${file}.older`, 'utf8')).to.include('"signature"');
  });

  it('error: a file that holds something else', async () => {
    const file = join(folder, 'other');
    await writeFile(file, '{"a":1}\n');
    expect(() => readReceipts(file)).to.throw('other:1 is no receipt of a device agent');
    expect(() => readReceipts(join(folder, 'none'))).to.throw("can't be read");
  });

  /** The outcomes of receipts, as shown by the other oracle. */
  async function examine(kept: readonly KeptReceipt[], since: number): Promise<string[]> {
    const { current } = await world.chain.readNetwork();
    const check = new ReceiptCheck(world.at(1).client, network, current, since);
    const outcomes = [];
    for (const one of kept) outcomes.push((await check.examine(one)).outcome);
    return outcomes;
  }
});
