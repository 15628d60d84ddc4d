import { expect } from 'chai';
import { type Log, type LogEntry, logHeadMessage, nextEntry, verifyLog } from '../src/domain';
import { copyLog } from '../src/log/copying';
import { readLog, storedHead, writeRecord } from '../src/log/records';
import type { Oracle } from '../src/runtime/oracle';
import type { Store } from '../src/storage/store';
import { Functions } from './aws/functions';
import { identity } from './domain/support';
import { type Running, World } from './support/world';

const ENTRIES = 30;
/** About 300 KB in an entry, so that a slice of 3 MiB has ten. */
const REPORTS = 1_000;
const [MEMBER, COPIER, LIAR, HONEST] = [0, 1, 2, 3];

describe("copying a peer's log", function () {
  this.timeout(120_000);
  let world: World;
  let log: Log;
  beforeEach(async () => {
    world = await new World(4).start();
    log = await longLog();
    await put(world.at(MEMBER).oracle.store, log);
  });
  afterEach(() => world.stop());

  async function longLog(): Promise<Log> {
    const oracle = world.address(MEMBER);
    const entries: LogEntry[] = [];
    for (let sequence = 0; sequence < ENTRIES; sequence++) {
      const previous = entries.at(-1)?.hash ?? '0'.repeat(64);
      const reports = Array.from({ length: REPORTS }, (_, i) => ({
        report: Buffer.from(`${sequence}:${i}`.padEnd(150, '.')).toString('base64'),
        signature: 'A'.repeat(88),
      }));
      const received_at = world.time + sequence;
      entries.push(
        nextEntry(identity.network, { oracle, epoch: 1, sequence, received_at, reports, previous }),
      );
    }
    const unsigned = {
      oracle,
      epoch: 1,
      entries: ENTRIES,
      sealed_at: world.time + ENTRIES,
      head: entries.at(-1)!.hash,
      refused: {},
    };
    const signature = await world.signer(MEMBER).sign(logHeadMessage(identity.network, unsigned));
    return { head: { ...unsigned, signature: Buffer.from(signature).toString('base64') }, entries };
  }

  async function put(store: Store, { head, entries }: Log): Promise<void> {
    const place = (slot: number) => ({ oracle: head.oracle, epoch: 1, slot });
    for (const entry of entries) await writeRecord(store, place(entry.sequence), { entry });
    await writeRecord(store, place(ENTRIES), { head, refused: {} });
  }

  /** Entries after `from` of another content, which follow each other. */
  function altered(from: number): Log {
    const entries = log.entries.slice(0, from);
    for (const { hash: _, ...entry } of log.entries.slice(from)) {
      const previous = entries.at(-1)?.hash ?? entry.previous;
      entries.push(nextEntry(identity.network, { ...entry, previous, reports: entry.reports.slice(1) }));
    }
    return { head: log.head, entries };
  }

  const wanted = () => ({ member: world.address(MEMBER), epoch: 1, last: undefined });
  /** One turn of a process of its own, which ends after a slice unless it may go on. */
  async function turn(isOver = () => true): Promise<boolean> {
    const { oracle } = await world.run(COPIER);
    const head = await copyLog(oracle, wanted(), isOver);
    await world.kill(COPIER);
    return head !== undefined;
  }
  const requests = ({ oracle }: Running, asked: string[]) =>
    oracle.events.on('request', ({ route }) => void (route === '/v1/logs/{epoch}' && asked.push(route)));
  /** The hash of the copy's last entry, once the copy is complete and right. */
  const copied = async (): Promise<string | undefined> => {
    const { head, entries } = await readLog(await world.store(`oracle-${COPIER}`), world.address(MEMBER), 1);
    if (head) verifyLog(identity.network, { head, entries }, undefined);
    return head?.head;
  };

  it('goes on in another process where it was, slice by slice', async () => {
    const asked: string[] = [];
    requests(world.at(MEMBER), asked);
    await world.kill(COPIER);
    let turns = 1;
    while (!(await turn())) {
      expect(await storedHead(await world.store(`oracle-${COPIER}`), world.address(MEMBER), 1)).to.equal(
        undefined,
      );
      turns++;
    }
    expect(turns).to.be.greaterThan(2);
    expect(asked).to.have.length(turns);
    expect(await copied()).to.equal(log.head.head);
  });

  it('goes on with what another peer serves when the first is gone', async () => {
    await put(world.at(HONEST).oracle.store, log);
    await world.kill(COPIER);
    expect(await turn()).to.equal(false);
    await world.kill(MEMBER);
    expect(await turn(() => false)).to.equal(true);
    expect(await copied()).to.equal(log.head.head);
  });

  for (const [when, from] of [
    ['from the beginning', 0],
    ['in the middle', 15],
  ] as const)
    it(`finds the right entries although a peer serves others ${when} under the same head`, async () => {
      await put(world.at(LIAR).oracle.store, altered(from));
      await put(world.at(HONEST).oracle.store, log);
      await world.kill(MEMBER);
      await world.kill(COPIER);
      let turns = 1;
      while (turns < 20 && !(await turn())) turns++;
      expect(await copied()).to.equal(log.head.head);
    });

  it('ends after a slice on AWS, says how far it is, and goes on with the next turn', async () => {
    const oracle: Oracle = { ...world.at(COPIER).oracle, copyMs: 1 };
    const told: string[] = [];
    oracle.events.on('copying', ({ entries, of }) => told.push(`${entries} of ${of}`));
    oracle.events.on('copied', ({ entries }) => told.push(`all ${entries}`));
    while (!(await copyLog(oracle, wanted(), () => true)));
    expect(told.length).to.be.greaterThan(2);
    expect(told.at(-1)).to.equal(`all ${ENTRIES}`);
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
    expect(await copied()).to.equal(log.head.head);
    expect([...functions.sent.get('copy')!]).to.include.members(['close', 'attest']);
  });
});
