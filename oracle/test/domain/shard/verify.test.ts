import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CloseInput,
  type CloseResult,
  close,
  genesis,
  type ListedLogs,
  type Manifest,
  partsBefore,
  partsToVerify,
  referTo,
  runsToVerify,
  verifyShard,
  verifySums,
} from '../../../src/domain';
import { address, closeInput, makeDevice, NOON, registryOf, signed } from '../support';
import { anyGuardedNetwork, type EpochOf } from './network';

const BITS = 2;

function closeAll(epochs: readonly EpochOf[]): CloseResult[] {
  let previous = genesis;
  return epochs.map((epoch) => {
    const result = close({ ...epoch, previous, shardBits: BITS });
    previous = result.next;
    return result;
  });
}

/** Gives only these parts. */
const only =
  (results: readonly CloseResult[], allowed: readonly { readonly sha256: string }[]) => (name: string) => {
    if (!allowed.some(({ sha256 }) => sha256 === name)) throw new Error(`part ${name} is not the shard's`);
    return results.flatMap(({ parts }) => parts).find((part) => part.sha256 === name)!.bytes;
  };

function verify(
  results: readonly CloseResult[],
  i: number,
  shard: number,
  manifest: Manifest = results[i]!.manifest,
  logs?: ListedLogs,
) {
  const before = results[i - 1]?.manifest ?? null;
  const part = only(results, partsToVerify(manifest, shard, logs ? 'logs' : 'reports'));
  const partBefore = only(results, partsBefore(manifest, before, shard, part));
  return verifyShard({ manifest, part, before, partBefore, shard, ...(logs && { logs }) });
}

/** The logs that an epoch was closed from, in the manifest's order, as oracles serve them. */
function served(
  { logs }: Pick<EpochOf, 'logs'>,
  { logs: heads }: Manifest,
  shard = 0,
  manifest?: Manifest,
): ListedLogs {
  const pages = new Map<string, Uint8Array>();
  const runs = heads.map((head) => {
    const log = logs.find((one) => one.head.signature === head.signature)!;
    const references = log.runs.map(referTo);
    const wanted = manifest ? runsToVerify(manifest, shard, references) : references;
    for (const [i, run] of references.entries())
      if (wanted.includes(run))
        for (const [j, name] of run.pages.entries()) pages.set(name, log.runs[i]!.pages[j]!);
    return references;
  });
  return { runs, page: (name) => pages.get(name)! };
}

describe('a shard that is verified alone', () => {
  it('holds in every honest dataset, read from its own parts', () => {
    fc.assert(
      fc.property(anyGuardedNetwork, (epochs) => {
        const results = closeAll(epochs);
        for (const [i, { manifest }] of results.entries()) {
          expect(verifySums(manifest)).to.equal(null);
          for (const shard of manifest.shards.keys())
            expect(verify(results, i, shard), `epoch ${i + 1}, shard ${shard}`).to.equal(null);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('holds in every honest dataset, recomputed from the logs that its oracles signed', () => {
    fc.assert(
      fc.property(anyGuardedNetwork, (epochs) => {
        const results = closeAll(epochs);
        for (const [i, { manifest }] of results.entries())
          for (const shard of manifest.shards.keys()) {
            const logs = served(epochs[i]!, manifest, shard, manifest);
            expect(verify(results, i, shard, manifest, logs), `epoch ${i + 1}, shard ${shard}`).to.equal(
              null,
            );
          }
      }),
      { numRuns: 25 },
    );
  });

  it('shows reports that were left out, added or miscounted, which the dataset alone does not', () => {
    const [epochs] = fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 3 });
    const honest = closeAll(epochs!);
    const [first] = epochs as [EpochOf];
    const { manifest } = honest[0]!;
    const logs = served(first, manifest);
    // Closed without what the first log has, and published under its head.
    const { logs: heads, heads: lasts } = manifest;
    const [without] = closeAll([{ ...first, logs: first.logs.slice(1) }]);
    const lying = { ...without!.manifest, logs: heads, heads: lasts, horizon: manifest.horizon };
    const shards = [...lying.shards.keys()];
    const results = [{ ...without!, manifest: lying }];
    const found = shards.map((shard) => verify(results, 0, shard, lying, logs));
    expect(found.join()).to.match(/part 1 of the shard is not the one that its logs give/);
    const counted = { ...manifest.shards[0]!, unverified: { 'bad-signature': 1_000 } };
    const miscounted = { ...manifest, shards: [counted, ...manifest.shards.slice(1)] };
    expect(verify(honest, 0, 0, miscounted)).to.equal(null);
    expect(verify(honest, 0, 0, miscounted, logs)).to.match(/^shards.0.unverified: says/);
  });

  it('error: logs other than those that the heads commit to', () => {
    const [epochs] = fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 3 });
    const results = closeAll(epochs!);
    const { manifest } = results[0]!;
    const logs = served(epochs![0]!, manifest);
    const run = logs.runs[0]![0]!;
    const bad = (changes: Partial<ListedLogs>) => () =>
      verify(results, 0, 0, manifest, { ...logs, ...changes });
    expect(bad({ runs: [[], ...logs.runs.slice(1)] })).to.throw('commits to other runs');
    expect(bad({ runs: logs.runs.slice(0, 2) })).to.throw('commits to other runs');
    const page = (name: string) => (name === run.pages[0] ? new Uint8Array(1) : logs.page(name));
    expect(bad({ page })).to.throw('does not match its hash');
  });

  it('shows a wrong part, sum or node, and sums that do not add up', () => {
    const [epochs] = fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 3 });
    const results = closeAll(epochs!);
    const { manifest } = results[1]!;
    const entry = (changes: Partial<Manifest['shards'][number]>): Manifest => ({
      ...manifest,
      shards: manifest.shards.map((one, i) => (i === 1 ? { ...one, ...changes } : one)),
    });
    const more = `${BigInt(manifest.shards[1]!.earned) + 1n}`;
    expect(verify(results, 1, 1, entry({ earned: more }))).to.match(
      /^shards.1.earned: says "\d+", should say "\d+"$/,
    );
    expect(verify(results, 1, 1, entry({ ledger_node: '0'.repeat(80) }))).to.match(/^shards.1.ledger_node/);
    expect(verify(results, 1, 0, entry({ earned: more })), 'another shard').to.equal(null);
    expect(verifySums(entry({ earned: more }))).to.match(
      /^totals: earned says \d+, its shards add up to \d+$/,
    );
    expect(verifySums(entry({ ledger_node: '0'.repeat(80) }))).to.match(/^ledger_root/);
    const parts = { ...manifest.parts, rewards: [...manifest.parts.rewards].reverse() };
    expect(verify(results, 1, 0, { ...manifest, parts })).to.match(/^parts.rewards: part 1 of the shard/);
    expect(() => verify(results, 1, 9)).to.throw('from 0');
  });

  it('shows what the manifest says of itself and does not follow from the rest of it', () => {
    const [epochs] = fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 3 });
    const results = closeAll(epochs!);
    const { manifest } = results[1]!;
    const heads = manifest.heads.map((head, i) =>
      i === 0 ? { ...head, sealed_at: head.sealed_at - 1 } : head,
    );
    expect(verify(results, 1, 0, { ...manifest, heads })).to.match(/^heads:/);
    for (const [field, value] of [
      ['budget', '1'],
      ['unallocated', '1'],
      ['refused_by_code', { 'too-old': 1 }],
      ['rejected_by_code', { 'too-old': 1 }],
    ] as const) {
      const totals = { ...manifest.totals, [field]: value };
      expect(verifySums({ ...manifest, totals })).to.match(new RegExp(`^totals.${field}: says`));
    }
    const cut = { ...manifest.cut, device_count: 2 ** 24 + 1 };
    expect(() => verify(results, 1, 0, { ...manifest, cut })).to.throw('more than a registry has');
  });

  const fleet = Array.from({ length: 12 }, (_, index) => makeDevice(index, { owner: address('owner') }));
  const each = fleet.map((device) => signed(device));
  const sharded = (changes: Partial<CloseInput>, reports = each) =>
    close({ ...closeInput(registryOf(fleet), reports, changes), shardBits: BITS, ...changes });

  it('shows scores that are in no sum', () => {
    const honest = sharded({});
    expect(honest.earnedTotal > 0n).to.equal(true);
    const shards = honest.manifest.shards.map((entry) => ({ ...entry, scores: {} }));
    expect(verify([honest], 0, 0, { ...honest.manifest, shards })).to.match(/^parts.reports: part 1/);
  });

  it('shows earnings that were taken back under shards of another size', () => {
    const first = sharded({});
    const previous = { ...first.next, earned: first.next.earned.slice() };
    expect(previous.earned[5]! > 0n).to.equal(true);
    // Of neither the first nor the last shard of the dataset before.
    previous.earned[5] = 0n;
    const lying = sharded({ previous, shardBits: 4 }, []);
    expect(verify([first, lying], 1, 0)).to.match(/^parts.rewards: part 1 of the shard/);
    const honest = sharded({ previous: first.next, shardBits: 4 }, []);
    expect(verify([first, honest], 1, 0)).to.equal(null);
  });

  it('holds though a key that is not active sent reports for a minute of the one that it would take over from', () => {
    const three = [0, 1, 2].map((index) => makeDevice(index, { key: 'one key', owner: address('owner') }));
    const registry = registryOf(three);
    const first = close(closeInput(registry, [signed(three[0]!)]));
    registry.apply({ kind: 'retired', change: { index: 0, effectiveEpoch: 2n } });
    const reports = [
      signed(three[1]!, { start: NOON - 900 }),
      signed(three[2]!, { value: 1001n }),
      signed(three[2]!, { value: 1002n }),
    ];
    const input = closeInput(registry, reports, { previous: first.next });
    const second = close(input);
    expect(second.manifest.unverified).to.deep.equal({ 'too-many-reports': 1 });
    expect(second.verdicts.map(({ reasons }) => reasons.join())).to.include('key-not-active');
    expect(verify([first, second], 1, 0)).to.equal(null);
    const logs = served(input, second.manifest);
    expect(verify([first, second], 1, 0, second.manifest, logs)).to.equal(null);
  });
});
