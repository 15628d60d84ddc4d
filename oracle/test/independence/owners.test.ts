import { KeyType } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import type { ReportResult } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { sync } from '../../src/tasks/sync';
import { MINUTE, makeDevice, NOON, signed } from '../domain/support';
import { earned, earnedBy, linesOf, timesAccepted } from '../support/outcome';
import { World } from '../support/world';

/** The device of the attacking owner. The other devices each send one report to one oracle. */
const OWN = 5;

describe('oracle: an owner that sends different reports to different oracles', () => {
  let world: World;
  let honest: SignedReport[];

  beforeEach(async () => {
    world = new World();
    world.devices[OWN] = makeDevice(OWN, { keyType: KeyType.p256 });
    await world.start();
    await world.tick();
    honest = world.devices.slice(0, OWN).map((device, i) => signed(device, { value: BigInt(900 - 50 * i) }));
    for (const [i, report] of honest.entries()) await send(i % 3, report);
  });
  afterEach(() => world.stop());

  async function send(i: number, ...reports: SignedReport[]): Promise<ReportResult[]> {
    return (await world.at(i).client.submit(reports)).results;
  }
  const own = (changes: Parameters<typeof signed>[1] = {}) => signed(world.devices[OWN]!, changes);
  const minutes = (count: number) => Array.from({ length: count }, (_, i) => NOON + i * MINUTE);

  /** All sign the epoch's first proposal, and everybody earns the same as with a single oracle. */
  async function unhindered(counted: readonly SignedReport[]): Promise<void> {
    world.pass(61);
    await world.promoted(1);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0]);
    expect(world.events('signed')).to.have.length(3);
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.events('failed')).to.deep.equal([]);
    expect(await earned(world)).to.deep.equal(earnedBy(world, [...honest, ...counted]));
    for (const report of [...honest, ...counted]) expect(await timesAccepted(world, report)).to.equal(1);
  }
  const verdicts = async () =>
    (await linesOf(world, 1)).filter(({ device }) => device === OWN).map(({ verdict }) => verdict);

  it('sends each a conflicting reading of the same interval: none pays', async () => {
    for (const i of [0, 1, 2]) await send(i, own({ value: BigInt(700 + i) }));
    await unhindered([]);
    // Two prove the conflict; a third report of a minute is one too many, whoever took it in.
    expect(await verdicts()).to.deep.equal(['rejected', 'rejected']);
  });

  it('sends each a reading that overlaps by a minute: none pays', async () => {
    for (const i of [0, 1, 2]) await send(i, own({ start: NOON + i * 14 * MINUTE, value: 200n }));
    await unhindered([]);
    expect(await verdicts()).to.deep.equal(['rejected', 'rejected', 'rejected']);
  });

  it('sends the same report to all: it pays once', async () => {
    const report = own({ value: 700n });
    for (const i of [0, 1, 2]) expect(await send(i, report)).to.deep.equal([{ status: 'accepted' }]);
    expect((await send(0, report))[0]).to.include({ status: 'duplicate' });
    await unhindered([report]);
    expect((await linesOf(world, 1)).find(({ device }) => device === OWN)!.copies).to.equal(3);
  });

  it('signs the same report again for each: it pays once', async () => {
    const reports = [0, 1, 2].map(() => own({ value: 700n }));
    expect(new Set(reports.map(({ report }) => report)).size).to.equal(1);
    expect(new Set(reports.map(({ signature }) => signature)).size).to.equal(3);
    for (const [i, report] of reports.entries())
      expect(await send(i, report)).to.deep.equal([{ status: 'accepted' }]);
    await unhindered(reports.slice(0, 1));
    expect(await verdicts()).to.deep.equal(['accepted']);
  });

  it('sends to one just as the epoch is cut: acknowledged reports count in the epoch it named', async () => {
    const reports = minutes(3).map((start, i) => own({ start, seconds: 60, value: BigInt(20 + i) }));
    await send(0, reports[0]!);
    world.pass(61);
    await world.at(1).oracle.chain.cut();
    // The first oracle has sealed; the others don't know of the cut yet.
    await sync(world.at(0).oracle);
    const answers = await Promise.all([0, 1].map((i) => world.at(i).client.submit([reports[i + 1]!])));
    expect(answers.map(({ epoch }) => epoch)).to.deep.equal([2, 1]);
    await world.promoted(1);
    const inFirst = [reports[0]!, reports[2]!];
    expect(await earned(world)).to.deep.equal(earnedBy(world, [...honest, ...inFirst]));
    world.pass(61);
    await world.promoted(2);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0, 0]);
    for (const report of [...honest, ...reports]) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.events('failed')).to.deep.equal([]);
  });

  it('sends every oracle something different while they seal', async () => {
    const reports = minutes(12).map((start) => own({ start, seconds: 60, value: 20n }));
    world.pass(61);
    await world.at(1).oracle.chain.cut();
    const sends = reports.map((report, i) => send(i % 3, report));
    const results = await Promise.all([...sends, ...[0, 1, 2].map((i) => sync(world.at(i).oracle))]);
    expect(results.flat().filter((one) => one?.status === 'accepted')).to.have.length(reports.length);
    await world.promoted(1);
    world.pass(61);
    await world.promoted(2);
    expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([0, 0]);
    for (const report of [...honest, ...reports]) expect(await timesAccepted(world, report)).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('floods each with reports that are refused', async () => {
    const flawed = {
      'bad-signature': { ...own({ value: 700n }), signature: honest[0]!.signature },
      'wrong-owner': own({ owner: world.devices[0]!.owner }),
      'too-old': own({ start: NOON - 72 * 60 * MINUTE }),
      'bad-network': own({ network: new Uint8Array(32) }),
      oversized: { report: 'A'.repeat(2000), signature: '' },
    };
    for (const i of [0, 1, 2])
      for (let round = 0; round <= i; round++)
        for (const [code, report] of Object.entries(flawed)) {
          const results = await send(i, ...Array<SignedReport>(100).fill(report));
          expect(new Set(results.map((one) => one.code))).to.deep.equal(new Set([code]));
        }
    await unhindered([]);
    const { manifest } = await world.at(0).client.epoch(1);
    expect(manifest!.totals).to.deep.include({
      refused_by_code: {
        'bad-network': 600,
        'bad-signature': 600,
        oversized: 600,
        'too-old': 600,
        'wrong-owner': 600,
      },
    });
  });

  it("sends a device's reports to each in turn, out of order", async () => {
    const reports = minutes(9).map((start) => own({ start, seconds: 60, value: 20n }));
    for (const [turn, place] of [7, 0, 4, 8, 2, 5, 1, 6, 3].entries())
      expect(await send(turn % 3, reports[place]!)).to.deep.equal([{ status: 'accepted' }]);
    await unhindered(reports);
  });
});
