import { expect } from 'chai';
import { type LastHead, type LogEntry, type SignedReport, verifyLog } from '../src/domain';
import { BatchLog } from '../src/log/batch-log';
import { readLog } from '../src/log/records';
import { slicePieces } from '../src/log/slice';
import { localSigner } from '../src/runtime/keys';
import type { DynamoStore } from '../src/storage/dynamo';
import { committee, identity, oracles } from './domain/support';
import { useTables } from './support/tables';

const ORACLE = committee[0]!;
const report = (name: string): SignedReport => ({
  report: Buffer.from(name).toString('base64'),
  signature: 'AA==',
});

describe('oracle: batch log', () => {
  const newTable = useTables();
  let store: DynamoStore;

  beforeEach(async () => {
    store = await newTable();
  });

  /** The log as opened by one process of the oracle. */
  const open = (now: () => number = () => 1_000_000, tailMs?: number) =>
    new BatchLog({
      ...(tailMs !== undefined && { tailMs }),
      store,
      network: identity.network,
      oracle: ORACLE,
      signer: localSigner(oracles[0]!.secretKey),
      now,
    });

  /** Reads the sealed logs of epochs 1 to `last`, verified as one chain. */
  async function verified(last: number): Promise<LogEntry[][]> {
    const logs: LogEntry[][] = [];
    let before: LastHead | undefined;
    for (let epoch = 1; epoch <= last; epoch++) {
      const { head, entries } = await readLog(store, ORACLE, epoch);
      verifyLog(identity.network, { head: head!, entries }, before);
      before = head;
      logs.push([...entries]);
    }
    return logs;
  }

  it('refuses reports until it knows the first epoch', async () => {
    const failure = await open()
      .append([report('early')])
      .catch((error: { code: string }) => error);
    expect(failure).to.include({ code: 'not-ready' });
  });

  it('learns that another process has sealed the epoch, without appending anything', async () => {
    const [mine, other] = [open(undefined, 20), open()];
    await mine.start(1);
    expect(await mine.openEpoch()).to.equal(1);
    await other.append([report('other')]);
    await other.seal(2);
    const end = performance.now() + 5_000;
    while ((await mine.openEpoch()) === 1 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await mine.openEpoch()).to.equal(3);
    // And by the first write, whenever that is.
    const late = open(undefined, 1e9);
    expect(await late.openEpoch()).to.equal(3);
    await other.seal(3);
    expect(await late.append([report('late')])).to.deep.equal({ epoch: 4, sequence: 0 });
    expect(await late.openEpoch()).to.equal(4);
  });

  it('stores every acknowledged batch in exactly one log, however many processes append and seal at once', async () => {
    const processes = [open(), open(), open()];
    await processes[0]!.start(1);
    const acknowledged = new Map<string, number>();
    const appends = Array.from({ length: 120 }, async (_, i) => {
      const name = `report ${i}`;
      const { epoch } = await processes[i % 3]!.append([report(name)]);
      acknowledged.set(report(name).report, epoch);
    });
    const seals = [processes[1]!.seal(1), processes[2]!.seal(1)];
    await Promise.all([...appends, ...seals]);
    await processes[0]!.append([report('last')]);
    await processes[1]!.seal(2);
    const logs = await verified(2);
    const found = logs.flatMap((entries, i) =>
      entries.flatMap(({ reports }) => reports.map((one) => [one.report, i + 1] as const)),
    );
    expect(found).to.have.length(121);
    for (const [name, epoch] of acknowledged) expect(new Map(found).get(name)).to.equal(epoch);
    expect(logs[0]!.length + logs[1]!.length, 'batches share entries').to.be.lessThan(121);
  });

  it('seals once, with the refusals since the last head', async () => {
    const log = open();
    await log.start(4);
    await log.refuse({ 'bad-signature': 2 });
    const [first] = await log.seal(4);
    await log.refuse({ 'bad-signature': 1, 'unknown-device': 3 });
    expect(await open().seal(4)).to.deep.equal([]);
    const [second] = await open().seal(5);
    expect(first!.refused).to.deep.equal({ 'bad-signature': 2 });
    expect(second!.refused).to.deep.equal({ 'bad-signature': 1, 'unknown-device': 3 });
    expect(second).to.include({ epoch: 5, entries: 0, head: first!.head });
  });

  it('continues without going back in time when the clock is set back', async () => {
    let now = 5000;
    const log = open(() => now);
    await log.start(1);
    await log.append([report('a')]);
    now = 1000;
    await log.append([report('b')]);
    await log.seal(1);
    await log.append([report('c')]);
    await log.seal(2);
    expect((await verified(2)).map(({ length }) => length)).to.deep.equal([2, 1]);
  });

  it('is passed on slice by slice once it is sealed, as it is stored', async () => {
    const log = open();
    await log.start(1);
    for (const name of ['a', 'b', 'c']) await log.append([report(name)]);
    const [head] = await log.seal(1);
    const { entries } = await readLog(store, ORACLE, 1);
    const slice = async (from: number, maxBytes: number) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of slicePieces(store, { oracle: ORACLE, epoch: 1, head: head!, from, maxBytes }))
        pieces.push(piece);
      return JSON.parse(Buffer.concat(pieces).toString());
    };
    const rest = { oracle: ORACLE, epoch: 1, head };
    expect(await slice(0, 1)).to.deep.equal({ ...rest, entries: entries.slice(0, 1), next: 1 });
    expect(await slice(1, 10_000)).to.deep.equal({ ...rest, entries: entries.slice(1), next: null });
    expect(await slice(3, 1)).to.deep.equal({ ...rest, entries: [], next: null });
    expect(await slice(9, 1)).to.deep.equal({ ...rest, entries: [], next: null });
  });
});
