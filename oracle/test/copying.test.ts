import { gzipSync } from 'node:zlib';
import { encodeReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { encodeEntry, FIRST_LOG_HASH, type Log, type Run, referTo, toRuns, verifyLog } from '../src/domain';
import { copyLog } from '../src/log/copying';
import { storeCopy, storedCopy, storeSealed } from '../src/log/records';
import type { Oracle } from '../src/runtime/oracle';
import { folderBlobs, readBlob } from '../src/storage/blobs';
import { Functions } from './aws/functions';
import { identity, makeDevice, makeReport, signLog } from './domain/support';
import { type Running, World } from './support/world';

const REPORTS = 28_000;
const ENTRY_REPORTS = 2_000;
const DEVICE_AT = 52;
const [MEMBER, COPIER, LIAR, HONEST] = [0, 1, 2, 3];

describe("copying a peer's log", function () {
  this.timeout(120_000);
  let world: World;
  let log: Log;
  /** The names of its pages, in order. */
  let names: readonly string[];
  beforeEach(async () => {
    world = await new World(4).start();
    use(signed([...toRuns(entries())]));
    await seal(log);
  });
  afterEach(() => world.stop());

  /** Reports of the longest kind, one a device: two thousand fill a page. */
  function entries(): Uint8Array[] {
    const bytes = encodeReport(makeReport(makeDevice(0), { extra: new Uint8Array(255) }));
    const signature = new Uint8Array(64);
    return Array.from({ length: REPORTS / ENTRY_REPORTS }, (_, entry) =>
      encodeEntry(
        world.time,
        Array.from({ length: ENTRY_REPORTS }, (_each, i) => {
          const report = Buffer.from(bytes);
          report.writeUInt32LE(entry * ENTRY_REPORTS + i, DEVICE_AT);
          return { bytes: report, signature };
        }),
      ),
    );
  }

  const signed = (runs: readonly Run[]): Log =>
    signLog(MEMBER, runs, { epoch: 1, sealed_at: world.time, previous: FIRST_LOG_HASH, refused: {} });

  function use(made: Log): void {
    log = made;
    names = log.runs.flatMap((run) => referTo(run).pages);
    expect(names.length).to.be.greaterThan(10);
  }

  async function putPages({ oracle }: Running, { runs }: Log): Promise<void> {
    for (const { pages } of runs) for (const page of pages) await oracle.blobs.put(page);
  }

  /** Makes it the log that the member has sealed. */
  async function seal({ head, runs }: Log): Promise<void> {
    const member = world.at(MEMBER);
    await putPages(member, { head, runs });
    await storeSealed(member.oracle.store, { head, runs: runs.map(referTo), refusedInAll: {} });
  }

  /** Gives another oracle a copy. */
  async function give(i: number): Promise<void> {
    const { head, runs } = log;
    await putPages(world.at(i), log);
    await storeCopy(world.at(i).oracle.store, { head, runs: runs.map(referTo), at: world.time });
  }

  const wanted = () => ({ member: world.address(MEMBER), epoch: 1, last: undefined });
  /** One turn of a process of its own, which ends after some pages unless it may go on. */
  async function turn(isOver = () => true): Promise<boolean> {
    const { oracle } = await world.run(COPIER);
    const head = await copyLog(oracle, wanted(), isOver);
    await world.kill(COPIER);
    return head !== undefined;
  }
  const requests = ({ oracle }: Running): string[] => {
    const asked: string[] = [];
    oracle.events.on('request', ({ route }) => void asked.push(route));
    return asked;
  };
  const PAGE = '/v1/epochs/{epoch}/parts/{sha256}';
  /** The root of the copy, once it is complete and right. */
  const copied = async (): Promise<string | undefined> => {
    const copy = await storedCopy(await world.store(`oracle-${COPIER}`), world.address(MEMBER), 1);
    if (!copy) return undefined;
    const blobs = folderBlobs(world.path(String(COPIER)));
    const read = async (name: string) => (await readBlob(blobs, name))!;
    const runs: Run[] = [];
    for (const run of copy.runs) runs.push({ ...run, pages: await Promise.all(run.pages.map(read)) });
    verifyLog(identity.network, { head: copy.head, runs }, undefined);
    return copy.head.root;
  };

  it('goes on in another process where it was, and asks for nothing twice', async () => {
    const asked = requests(world.at(MEMBER));
    await world.kill(COPIER);
    let turns = 1;
    while (!(await turn())) {
      expect(await copied()).to.equal(undefined);
      turns++;
    }
    expect(turns).to.be.greaterThan(2);
    expect(asked.filter((route) => route === PAGE)).to.have.length(names.length);
    expect(asked.filter((route) => route === '/v1/logs/{epoch}')).to.have.length(1);
    expect(await copied()).to.equal(log.head.root);
  });

  it('goes on with what another peer serves when the first is gone', async () => {
    await give(HONEST);
    await world.kill(COPIER);
    expect(await turn()).to.equal(false);
    await world.kill(MEMBER);
    expect(await turn(() => false)).to.equal(true);
    expect(await copied()).to.equal(log.head.root);
  });

  it('finds the right pages although a peer serves others under their names', async () => {
    const { blobs } = world.at(LIAR).oracle;
    for (const name of names) await blobs.putCompressed(name, gzipSync('something else'));
    const { head, runs } = log;
    await storeCopy(world.at(LIAR).oracle.store, { head, runs: runs.map(referTo), at: world.time });
    await give(HONEST);
    await world.kill(MEMBER);
    await world.kill(COPIER);
    expect(await turn(() => false)).to.equal(true);
    expect(await copied()).to.equal(log.head.root);
  });

  it('ends with a page that breaks the rules, and begins no more, since its member signed for that', async () => {
    const [run] = log.runs as [Run];
    const pages = run.pages.slice();
    [pages[6], pages[7]] = [pages[7]!, pages[6]!];
    await world.kill(MEMBER);
    await world.join(MEMBER);
    use(signed([{ ...run, pages }]));
    await seal(log);
    const asked = requests(world.at(MEMBER));
    await world.kill(COPIER);
    expect(await turn(() => false)).to.equal(false);
    expect(asked.filter((route) => route === PAGE)).to.have.length(8);
    expect(await turn(() => false)).to.equal(false);
    expect(asked.filter((route) => route === PAGE)).to.have.length(8);
    expect(await copied()).to.equal(undefined);
  });

  it('ends after some pages on AWS, says how far it is, and goes on with the next turn', async () => {
    const oracle: Oracle = { ...world.at(COPIER).oracle, copyMs: 1 };
    const told: string[] = [];
    oracle.events.on('copying', ({ pages, of }) => told.push(`${pages} of ${of}`));
    oracle.events.on('copied', ({ pages }) => told.push(`all ${pages}`));
    while (!(await copyLog(oracle, wanted(), () => true)));
    expect(told.slice(0, 2)).to.deep.equal([`4 of ${names.length}`, `8 of ${names.length}`]);
    expect(told.at(-1)).to.equal(`all ${names.length}`);
  });

  it('is left by a task on AWS to the function that copies, which asks for the task again', async () => {
    const functions = await new Functions(world, COPIER, { copyMs: 1 }).start();
    await functions.work('sync');
    world.pass(61);
    await world.chain.cut();
    await functions.work('sync');
    await functions.work('attest');
    expect([...functions.sent.get('attest')!]).to.include('copy');
    expect(await copied()).to.equal(undefined);
    await functions.drain();
    expect(await copied()).to.equal(log.head.root);
    expect([...functions.sent.get('copy')!]).to.include.members(['close', 'attest']);
  });
});
