import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedReport } from '@commonwire/sdk/device';
import { MAX_BATCH_REPORTS, OracleClient } from '@commonwire/sdk/oracle';
import { NOON } from '../../oracle/test/domain/support';
import { ProcessNetwork } from '../../oracle/test/support/process-network';
import type { OracleProcess } from '../../oracle/test/support/processes';
import { energyReport } from '../../oracle/test/support/quarter-report';
import { decimals, type Suite } from './figures';

const PER_SECOND = 5_000;
const DEVICES = 2_500;
/** For so long reports come until the epoch is cut, and at most while it is closed, seconds. */
const BEFORE_CUT = 20;
const MOST_CLOSE = 40;
const MINUTES = ((BEFORE_CUT + MOST_CLOSE) * PER_SECOND) / DEVICES;
const MINUTE = 60;
/** Batches in flight at once: as many as an address may have. */
const CONNECTIONS = 32;
/** An oracle that can't keep up shows how far it falls behind. */
const PATIENCE_MS = 120_000;

/** When a batch was sent and answered, milliseconds since 1970. */
interface Answered {
  readonly at: number;
  readonly ms: number;
}

/**
 * Measures how long an oracle, a process of its own with a disk and an embedded chain, takes to answer a batch while
 * 5,000 reports come in a second, whatever it answers: while it only takes in, and while it closes the 100,000 reports
 * of an epoch. A batch that is late because the oracle is counts from when it was due.
 */
export const ingestLoadSuite: Suite = async (progress) => {
  progress(`signing ${DEVICES * MINUTES} reports`);
  const net = await ProcessNetwork.create({ speed: 1, registered: DEVICES, epochSeconds: BEFORE_CUT + 5 });
  const [oracle] = net.oracles as [OracleProcess];
  try {
    await net.setCommittee([0]);
    oracle.set({ COMMONWIRE_REQUESTS_PER_SECOND: '100000', COMMONWIRE_PEERS: '' });
    const batches: SignedReport[][] = [];
    for (let minute = 1; minute <= MINUTES; minute++)
      for (let first = 0; first < DEVICES; first += MAX_BATCH_REPORTS)
        batches.push(
          Array.from({ length: MAX_BATCH_REPORTS }, (_, i) =>
            energyReport(net.source(first + i), {
              start: NOON - minute * MINUTE,
              seconds: MINUTE,
              value: BigInt(40 + ((first + i + minute) % 30)),
            }),
          ),
        );
    await oracle.start();
    await net.ready(oracle);
    const { collecting } = (await oracle.client.network()).epoch;
    progress(`sending ${PER_SECOND} a second`);
    const client = new OracleClient(oracle.client.url, { timeoutMs: PATIENCE_MS });
    const answered: Answered[] = [];
    const closed = () => oracle.events('closed').find(({ epoch }) => Number(epoch) >= collecting);
    const begun = Date.now();
    let next = 0;
    const send = async (): Promise<void> => {
      while (next < batches.length && !closed()) {
        const i = next++;
        const due = begun + (i * MAX_BATCH_REPORTS * 1000) / PER_SECOND;
        if (due > Date.now()) await sleep(due - Date.now());
        const { results } = await client.submit(batches[i]!);
        const refused = results.find(({ status }) => status !== 'accepted');
        if (refused) throw new Error(`${refused.code}: ${refused.reason}`);
        answered.push({ at: due, ms: Date.now() - due });
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, send));
    const [cut, end] = [
      oracle.events('cut').find(({ epoch }) => Number(epoch) >= collecting),
      await net.until('the epoch is closed', closed),
    ].map((line) => Date.parse(String(line?.time)));
    const during = answered.filter(({ at }) => at >= cut! && at <= end!);
    const before = answered.filter(({ at }) => at < cut!);
    return [
      { name: 'ingest.p99_ms', value: p99(before), unit: `ms at ${PER_SECOND}/s` },
      { name: 'ingest.p99_ms.during_close', value: p99(during), unit: `ms at ${PER_SECOND}/s` },
      { name: 'ingest.close.seconds', value: decimals((end! - cut!) / 1000, 1), unit: 'seconds' },
    ];
  } finally {
    await oracle.end('SIGKILL');
  }
};

function p99(answers: readonly Answered[]): number {
  if (answers.length < 100) throw new Error(`${answers.length} answers are too few for a percentile`);
  return answers.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(answers.length * 0.99)]!;
}
