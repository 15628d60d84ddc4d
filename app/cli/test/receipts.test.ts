import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, Uplink } from '@commonwire/device';
import { fromBase64, hashTree, sha256, signEd25519, toHex } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import {
  type AcceptedReport,
  acceptedReport,
  isReceiptFor,
  type KeptReceipt,
  type Receipt,
  receiptLeaf,
  receiptMessage,
} from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { ReceiptFile } from '../../../app/device/src/receipts';
import { identity, NOON, oracleKeys, signed } from '../../../oracle/test/domain/support';
import { World } from '../../../oracle/test/support/world';
import { ReceiptCheck, readReceipts } from '../src/receipts/receipts';

const told = ({ report }: SignedReport): AcceptedReport => acceptedReport(fromBase64(report));
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
  const lie = (receipt: Receipt, reports: readonly AcceptedReport[]): Receipt => {
    const key = oracleKeys(2)[0]!;
    const message = receiptMessage({
      ...receipt,
      network,
      oracle: key.publicKey,
      root: receiptLeaf(reports),
    });
    const signature = Buffer.from(signEd25519(message, key)).toString('base64');
    return { ...receipt, path: [], signature };
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
      expect(isReceiptFor(network, receipt!, [told(batches[i]![0]!)])).to.equal(true);
      expect(isReceiptFor(network, receipt!, batches[i]!.map(told))).to.equal(false);
      expect(isReceiptFor(network, receipt!, [told(batches[(i + 1) % 3]![0]!)])).to.equal(false);
      expect(isReceiptFor(sha256(network), receipt!, [told(batches[i]![0]!)])).to.equal(false);
    }
    expect((await client.submit([batches[0]![0]!])).receipt).to.equal(undefined);
  });

  it('have a path for any number of requests', () => {
    const key = oracleKeys(1)[0]!;
    for (let count = 1; count <= 9; count++) {
      const reports = Array.from({ length: count }, (_, i) => ({
        device: i,
        hash: sha256(Uint8Array.of(i)),
      }));
      const { root, paths } = hashTree(reports.map((report) => receiptLeaf([report])));
      const place = { epoch: 1, lane: '0123456789abcdef', sequence: 2 };
      const facts = { network, oracle: key.publicKey, ...place, root };
      const signature = Buffer.from(signEd25519(receiptMessage(facts), key)).toString('base64');
      for (const [i, path] of paths.entries()) {
        const oracle = new PublicKey(key.publicKey).toBase58();
        const receipt = { oracle, ...place, path: [...path], signature };
        const [one] = [reports[i]!];
        expect(isReceiptFor(network, receipt, [one])).to.equal(true);
        expect(isReceiptFor(network, receipt, [{ ...one, device: 77 }])).to.equal(false);
        expect(isReceiptFor(network, { ...receipt, lane: '0'.repeat(16) }, [one])).to.equal(false);
        if (count > 1) expect(isReceiptFor(network, receipt, [reports[(i + 1) % count]!])).to.equal(false);
      }
    }
  });

  it('are kept by an agent, in bounded files, and prove what was counted and what was dropped', async () => {
    const file = join(folder, 'outbox.receipts');
    const kept = new ReceiptFile(file, 300);
    const address = new PublicKey(network);
    const reports = [3, 4].map((i) => signed(world.devices[i]!, { start: NOON - 1800 }));
    const uplink = new Uplink([world.url(0)], {
      clock: systemClock,
      onAccepted: ({ receipt, reports: accepted }) =>
        expect(kept.keep(address, receipt!, accepted)).to.equal(true),
    });
    for (const report of reports) await uplink.deliver([report]);
    expect(existsSync(`${file}.older`)).to.equal(true);
    expect(statSync(file).size).to.be.lessThan(1500);
    expect(
      kept.keep(address, readReceipts(file)[0]!.receipt, [{ device: 3, hash: sha256(network) }]),
    ).to.equal(false);

    const [honest] = readReceipts(file) as [KeptReceipt];
    const pending = await examine([honest], 0);
    expect(pending).to.deep.equal(['pending']);
    world.pass(61);
    await world.promoted(1);
    const { receipt } = honest;
    const report = told(reports[1]!);
    const stranger = { ...report, hash: sha256(report.hash) };
    // Of a shard in which the oracle has no reports, and one that is in the run of another shard.
    const far = { ...stranger, device: 70_000 };
    const cases: [string, Receipt, AcceptedReport[]][] = [
      ['counted', receipt, [report]],
      ['dropped', lie(receipt, [stranger]), [stranger]],
      ['dropped', lie(receipt, [report, stranger]), [report, stranger]],
      ['dropped', lie(receipt, [far]), [far]],
      ['dropped', lie(receipt, [{ ...report, device: 70_000 }]), [{ ...report, device: 70_000 }]],
      ['invalid', { ...receipt, sequence: receipt.sequence + 1 }, [report]],
      ['invalid', receipt, [stranger]],
    ];
    const all = cases.map(([, one, accepted]) => ({
      network: address.toBase58(),
      receipt: one,
      reports: accepted.map(({ device, hash }) => ({ device, hash: toHex(hash) })),
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
