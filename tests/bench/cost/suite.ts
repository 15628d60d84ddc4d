import type { SignedReport } from '@commonwire/sdk/device';
import type { WorkName } from '../../../oracle/src/functions/work';
import { DynamoStore, ensureTable } from '../../../oracle/src/storage/dynamo';
import { Functions } from '../../../oracle/test/aws/functions';
import { meteredBucket, meteredDynamo } from '../../../oracle/test/aws/meter';
import { memoryOf, readStack } from '../../../oracle/test/aws/stack';
import { HOUR, MINUTE, makeDevice, NOON, signed } from '../../../oracle/test/domain/support';
import { World } from '../../../oracle/test/support/world';
import { decimals, type Suite } from '../figures';
import { dollars, extrapolated, type Measured, nothing, type Usage } from './prices';

/** Devices of the two measurements; each sends one report an epoch, all to the oracle on AWS. */
const SIZES = [500, 2_500] as const;
/** Reports of a request, as a gateway sends them. */
const BATCH = 100;
const REGISTERED = 8;
const MILLION = 1_000_000;
const stack = readStack();

/** What one epoch costs an oracle on AWS: taking in its reports, and all that its tasks do until it is paid. */
interface Epoch {
  readonly ingest: Usage;
  readonly tasks: Usage;
}

/**
 * Counts what an oracle of three asks of AWS in an epoch, its second: through real clients of DynamoDB and S3, with the
 * functions of `serverless.yml` and their memory. Processor time is this machine's. The chain is in memory, and what its
 * transactions cost isn't part of this; nor is what is stored.
 */
export const costSuite: Suite = async (progress) => {
  const measured: { count: number; epoch: Epoch }[] = [];
  for (const count of SIZES) {
    progress(`counting calls of AWS for ${count} devices`);
    measured.push({ count, epoch: await anEpoch(count) });
  }
  const of = (count: number, part: keyof Epoch): number => {
    const [small, large] = measured.map(({ count, epoch }): Measured => ({ count, usage: epoch[part] }));
    return dollars(extrapolated(count, small!, large!));
  };
  const figure = (name: string, value: number) => ({ name, value: decimals(value, 3), unit: 'dollars' });
  return [
    figure('reports.1m.dollars', of(MILLION, 'ingest')),
    ...[1, 10].flatMap((millions) => {
      const tasks = of(millions * MILLION, 'tasks');
      return [
        figure(`epoch.${millions}m.tasks_dollars`, tasks),
        figure(`epoch.${millions}m.dollars`, tasks + of(millions * MILLION, 'ingest')),
      ];
    }),
  ];
};

/** The functions, whose time, signatures and messages are counted, too. */
class MeteredFunctions extends Functions {
  usage = nothing();

  /** Counts an invocation, and the processor time that it takes. */
  async invoked(name: string, work: () => Promise<unknown>): Promise<void> {
    const before = process.cpuUsage();
    const signatures = this.signatures;
    await work();
    const { user, system } = process.cpuUsage(before);
    this.usage.invocation += 1;
    this.usage.gigabyteSecond += ((user + system) / 1e6) * (memoryOf(stack, name) / 1024);
    this.usage.signature += this.signatures - signatures;
  }

  override async work(name: WorkName): Promise<boolean> {
    let done = false;
    await this.invoked(name, async () => {
      done = await super.work(name);
    });
    return done;
  }

  protected override give(from: WorkName, to: WorkName): void {
    // It is sent, received and deleted.
    this.usage.message += 3;
    super.give(from, to);
  }

  private get signatures(): number {
    return [...this.calls.values()].flat().filter(({ action }) => action === 'kms:Sign').length;
  }
}

async function anEpoch(count: number): Promise<Epoch> {
  const world = await new World().start();
  let functions: MeteredFunctions | undefined;
  const unused = nothing();
  const usage = () => functions?.usage ?? unused;
  const bucket = await meteredBucket(usage);
  const client = meteredDynamo(world.endpoint, usage);
  try {
    const devices = Array.from({ length: count - world.devices.length }, (_, i) =>
      makeDevice(world.devices.length + i),
    );
    // As many as a transaction has room for.
    for (let from = 0; from < devices.length; from += REGISTERED)
      world.chain.register(devices.slice(from, from + REGISTERED));
    await ensureTable(client, 'metered');
    const store = new DynamoStore(client, 'metered');
    const oracle = new MeteredFunctions(world, 0, { store, blobs: bucket.blobs });
    functions = oracle;
    await oracle.start();
    const all = [...world.devices, ...devices];
    let epoch!: Epoch;
    const ticks = async () => {
      await oracle.tick();
      for (const i of [1, 2]) await world.at(i).server.tick();
    };
    await ticks();
    for (const number of [1, 2]) {
      const start = NOON + number * 15 * MINUTE;
      world.time = (start + HOUR) * 1000;
      const batches: SignedReport[][] = [];
      for (let from = 0; from < all.length; from += BATCH)
        batches.push(all.slice(from, from + BATCH).map((device) => signed(device, { start })));
      oracle.usage = nothing();
      for (const batch of batches) {
        oracle.usage.request += 1;
        await oracle.invoked('ingest', () => oracle.submit(batch));
      }
      const ingest = oracle.usage;
      oracle.usage = nothing();
      for (let round = 0; round < 10 && world.chain.current.epoch < number; round++) await ticks();
      if (world.chain.current.epoch < number)
        throw new Error(`epoch ${number} of ${count} devices was not promoted`);
      await ticks();
      epoch = { ingest, tasks: oracle.usage };
    }
    return epoch;
  } finally {
    client.destroy();
    bucket.stop();
    await world.stop();
  }
}
