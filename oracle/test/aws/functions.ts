import type { SignedReport } from '@commonwire/sdk/device';
import type { Chain } from '../../src/chain/chain';
import { takeTurn } from '../../src/functions/turn';
import type { WorkName } from '../../src/functions/work';
import { copyPending } from '../../src/log/copies';
import { type Access, limited } from '../../src/runtime/open';
import { createOracle, type Oracle } from '../../src/runtime/oracle';
import { folderBlobs } from '../../src/storage/blobs';
import { runTask, taskNames } from '../../src/tasks/tasks';
import type { World } from '../support/world';
import { type Call, recordedBlobs, recordedSigner, recordedStore } from './recorded';

/** What sends a transaction, and needs the key that pays for it. */
const SENDING: readonly (keyof Chain)[] = [
  'cut',
  'post',
  'approve',
  'closeApproval',
  'promote',
  'pay',
  'demand',
  'answer',
  'closeDemand',
  'withdrawDemand',
  'challenge',
  'challengeShown',
];
type Name = WorkName | 'ingest' | 'settlements' | 'status';

/**
 * An oracle of a world as it is on AWS: each function is an oracle of its own on the same table and parts, may do what
 * its function may, and notes what it asks of AWS. The world serves what `status` shows.
 */
export class Functions {
  readonly calls = new Map<Name, Call[]>();
  /** Whom each function gave work. */
  readonly sent = new Map<Name, Set<WorkName>>();
  private readonly oracles = new Map<Name, Oracle>();
  private readonly waiting: WorkName[] = [];

  constructor(
    private readonly world: World,
    private readonly index: number,
    private readonly changes: Partial<Oracle> = {},
  ) {}

  /** Replaces the world's oracle. */
  async start(): Promise<this> {
    await this.world.kill(this.index);
    const served = await this.world.run(this.index, await this.parts('status', 'read'));
    this.oracles.set('status', served.oracle);
    return this;
  }

  async submit(reports: readonly SignedReport[]) {
    const oracle = await this.oracle('ingest', 'append');
    await oracle.registry.refresh();
    return oracle.ingest.submit(reports);
  }

  /** As a minute of schedules, and what comes of it. */
  async tick(): Promise<void> {
    for (const name of taskNames) await this.work(name);
    await this.drain();
    await this.at('status').registry.refresh();
  }

  /** Lets functions work until no message is left. */
  async drain(): Promise<void> {
    for (let name = this.waiting.shift(); name; name = this.waiting.shift()) await this.work(name);
  }

  at(name: Name): Oracle {
    return this.oracles.get(name)!;
  }

  async work(name: WorkName): Promise<boolean> {
    const oracle = await this.oracle(name, 'whole');
    const work =
      name === 'copy'
        ? copyPending
        : (one: Oracle) => runTask(one, name).then(() => (name === 'cut' ? one.vitals.observe() : undefined));
    const send = async (next: WorkName) => this.give(name, next);
    return takeTurn(oracle, { name, id: name, ms: 120_000 }, work, send);
  }

  protected give(from: Name, to: WorkName): void {
    this.sent.set(from, (this.sent.get(from) ?? new Set()).add(to));
    if (!this.waiting.includes(to)) this.waiting.push(to);
  }

  async oracle(name: Name, access: Access): Promise<Oracle> {
    const known = this.oracles.get(name);
    if (known) return known;
    const { oracle: base } = this.world.at(this.index);
    const made = createOracle({ ...base, ...(await this.parts(name, access)) });
    this.oracles.set(name, made);
    return made;
  }

  private async parts(name: Name, access: Access): Promise<Partial<Oracle>> {
    const { world, index } = this;
    const calls: Call[] = [];
    this.calls.set(name, calls);
    const note = (call: Call) => void calls.push(call);
    const kept = limited(access, {
      signer: recordedSigner(world.signer(index), note),
      store: recordedStore(await world.store(`oracle-${index}`), note),
      blobs: recordedBlobs(folderBlobs(world.path(String(index))), note),
    });
    return { ...kept, chain: paid(world.chain, note), copyMs: 5_000, ...this.changes };
  }
}

/** The chain, noting when the key that pays is needed. */
const paid = <C extends Chain>(chain: C, note: (call: Call) => void): C =>
  new Proxy(chain, {
    get(target, property) {
      const value = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (SENDING.includes(property as keyof Chain))
          note({ action: 'ssm:GetParameter', resource: 'payerParameter' });
        return value.apply(target, args);
      };
    },
  });
