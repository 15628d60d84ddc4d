import type { SignedReport } from '@commonwire/sdk/device';
import { MAX_BATCH_REPORTS } from '@commonwire/sdk/oracle';
import { openStore } from '../../oracle/src/runtime/open';
import { devices, HOUR, MINUTE, NOON, signed } from '../../oracle/test/domain/support';
import { World } from '../../oracle/test/support/world';
import { type Suite, timed } from './figures';

const DEVICES = 1000;
/** Quarters of an hour for which each device reports. */
const INTERVALS = 40;
/** Devices registered by one transaction. */
const REGISTERED = 20;
/** Batches in flight at once. */
const SENDERS = 16;

/**
 * Measures the reports per second that an oracle accepts over HTTP in full batches. Each signature is checked and each
 * report is on disk before the answer: the store is the one that an oracle keeps in its folder. Devices, oracle and store
 * share one process.
 */
export const ingestSuite: Suite = async (progress) => {
  progress(`signing ${DEVICES * INTERVALS} reports`);
  const world = await new World(1).start();
  const config = { data: world.path('ingest'), dynamoEndpoint: undefined, table: 'ingest' };
  const { store, close } = await openStore(config, false);
  try {
    await world.kill(0);
    await world.run(0, { store });
    const fleet = devices(DEVICES);
    for (let i = world.devices.length; i < DEVICES; i += REGISTERED)
      world.chain.register(fleet.slice(i, i + REGISTERED));
    await world.tick();
    const batches: SignedReport[][] = [];
    for (let interval = 0; interval < INTERVALS; interval++) {
      const start = NOON - HOUR * 10 + interval * 15 * MINUTE;
      const reports = fleet.map((device) => signed(device, { start, value: 0n }));
      for (let first = 0; first < reports.length; first += MAX_BATCH_REPORTS)
        batches.push(reports.slice(first, first + MAX_BATCH_REPORTS));
    }
    const { client } = world.at(0);
    const send = async (): Promise<void> => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) {
        const { results } = await client.submit(batch);
        const refused = results.find(({ status }) => status !== 'accepted');
        if (refused) throw new Error(`${refused.code}: ${refused.reason}`);
      }
    };
    progress('sending them');
    const before = process.cpuUsage();
    const { seconds } = await timed(() => Promise.all(Array.from({ length: SENDERS }, send)));
    const { user, system } = process.cpuUsage(before);
    const count = DEVICES * INTERVALS;
    return [
      { name: 'ingest.reports_per_second', value: Math.round(count / seconds), unit: 'reports/s' },
      { name: 'ingest.cpu_us_per_report', value: Math.round((user + system) / count), unit: 'µs' },
    ];
  } finally {
    await world.stop();
    await close();
  }
};
