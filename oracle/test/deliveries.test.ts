import { toHex } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import type { Manifest } from '../src/domain';
import { MINUTE, NOON, signed } from './domain/support';
import { World } from './support/world';

/** A batch sent to one of the three oracles. */
interface Delivery {
  readonly to: number;
  readonly reports: readonly SignedReport[];
  /** Seconds that pass before it arrives. */
  readonly after?: number;
}

/** The outcome of an epoch. */
interface Epoch {
  readonly datasetHash: string;
  /** The dataset's decisions, without the times and numbers of copies of reports and the heads of the logs. */
  readonly decided: {
    readonly verdicts: readonly unknown[];
    readonly parts: Omit<Manifest['parts'], 'reports'>;
    readonly totals: Omit<Manifest['totals'], 'duplicate'>;
    readonly ledger_root: string;
  };
  readonly paid: readonly bigint[];
}

const QUARTER = 15 * MINUTE;

describe('oracle: deliveries that are duplicated, reordered or delayed', function () {
  this.timeout(60_000);
  let world: World;
  let sent: Delivery[];
  let straight: Epoch;

  /** Two readings of each device, one for a minute that is already claimed, and an impossible one. */
  const deliveries = (): Delivery[] =>
    world.devices.map((device, i) => ({
      to: i % 3,
      reports: [
        signed(device, { value: BigInt(600 + i) }),
        signed(device, { start: NOON + QUARTER, value: BigInt(700 + i) }),
        ...(i === 4 ? [signed(device, { value: 1n })] : []),
        ...(i === 5 ? [signed(device, { start: NOON + 2 * QUARTER, value: 1_000_000n })] : []),
      ],
    }));

  async function epochOf(list: readonly Delivery[]): Promise<Epoch> {
    await world.tick();
    for (const { to, reports, after = 0 } of list) {
      world.pass(after);
      await world.at(to).client.submit(reports);
    }
    world.pass(61);
    await world.promoted(1);
    return {
      datasetHash: toHex(world.chain.current.datasetHash),
      decided: await decidedBy(world.at(0).client),
      paid: world.chain.paidAmounts,
    };
  }

  before(async () => {
    world = await new World().start();
    sent = deliveries();
    straight = await epochOf(sent);
    expect(straight.decided.totals).to.deep.include({ accepted: 11, rejected: 3 });
    await world.stop();
  });
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it('produce the same dataset from batches sent twice', async () => {
    const twice = await epochOf(sent.flatMap((one) => [one, one]));
    expect(twice).to.deep.equal(straight);
  });

  it('produce the same dataset from batches sent again much later', async () => {
    const again = await epochOf([...sent, ...sent, ...[...sent].reverse()]);
    expect(again).to.deep.equal(straight);
  });

  const elsewhere: [string, (list: readonly Delivery[]) => Delivery[]][] = [
    ['in reverse', (list) => [...list].reverse()],
    ['shuffled, each report in a separate batch', (list) => shuffled(list.flatMap(single))],
    ['to other oracles', (list) => list.map((one) => ({ ...one, to: (one.to + 1) % 3 }))],
    [
      'each report to another oracle',
      (list) => list.flatMap(single).map((one, i) => ({ ...one, to: i % 3 })),
    ],
    ['all to one oracle', (list) => list.map((one) => ({ ...one, to: 2 }))],
    ['with seconds between them', (list) => list.map((one, i) => ({ ...one, after: i }))],
    ['shuffled, with seconds between them', (list) => shuffled(list).map((one) => ({ ...one, after: 3 }))],
    ['to every oracle', (list) => shuffled(list.flatMap((one) => [0, 1, 2].map((to) => ({ ...one, to }))))],
  ];
  for (const [how, change] of elsewhere) {
    it(`lead to the same verdicts and payments for reports sent ${how}`, async () => {
      const { decided, paid } = await epochOf(change(sent));
      expect({ decided, paid }).to.deep.equal({ decided: straight.decided, paid: straight.paid });
    });
  }

  it('count in the next epoch if they arrive after the cut, and never twice', async () => {
    const [early, late] = [sent.slice(0, 3), sent.slice(3)];
    await epochOf(early);
    const first = world.chain.current.earnedTotal;
    for (const { to, reports } of [...late, ...shuffled(sent)])
      await world.at((to + 1) % 3).client.submit(reports);
    world.pass(61);
    await world.promoted(2);
    const totals = await totalsOf(world, 2);
    expect(totals.accepted + (await totalsOf(world, 1)).accepted).to.equal(straight.decided.totals.accepted);
    expect(totals.rejected).to.equal(straight.decided.totals.rejected);
    expect(world.chain.current.earnedTotal > first).to.equal(true);
    for (const { to, reports } of sent) await world.at(to).client.submit(reports);
    const second = world.chain.current.earnedTotal;
    world.pass(61);
    await world.promoted(3);
    expect(await totalsOf(world, 3)).to.include({ accepted: 0, allocated: '0' });
    expect(world.chain.current.earnedTotal).to.equal(second);
  });
});

async function totalsOf(world: World, epoch: number): Promise<Manifest['totals']> {
  const { manifest } = await world.at(0).client.epoch(epoch);
  return (manifest as unknown as Manifest).totals;
}

async function decidedBy(client: OracleClient): Promise<Epoch['decided']> {
  const { manifest } = await client.epoch(1);
  const {
    parts: { reports, ...parts },
    totals: { duplicate, ...totals },
    ledger_root,
  } = manifest as unknown as Manifest;
  const verdicts: unknown[] = [];
  for (const { sha256 } of reports) {
    const text = Buffer.from(await client.part(1, sha256))
      .toString('utf8')
      .trim();
    for (const line of text.split('\n')) {
      const { received_at, copies, ...verdict } = JSON.parse(line);
      verdicts.push(verdict);
    }
  }
  return { verdicts, parts, totals, ledger_root };
}

const single = ({ to, reports }: Delivery): Delivery[] =>
  reports.map((report) => ({ to, reports: [report] }));

/** Shuffles deterministically: the same order each time, unrelated to any other order. */
function shuffled<T>(list: readonly T[]): T[] {
  const rank = (i: number) => (i * 7919 + 104_729) % 1009;
  return list
    .map((item, i) => ({ item, rank: rank(i + 1) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
