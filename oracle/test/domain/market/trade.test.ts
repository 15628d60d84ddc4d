import { toHex } from '@commonwire/sdk/core';
import { UsageTree } from '@commonwire/sdk/market';
import { expect } from 'chai';
import {
  type CloseResult,
  close,
  type DomainError,
  datasetHash,
  findDifference,
  genesis,
  leafOf,
  type Manifest,
  previousState,
  readUsageLine,
  repeatDataset,
  toBase58,
  verifyDataset,
} from '../../../src/domain';
import { canonicalBytes } from '../../../src/domain/canonical';
import { toParts } from '../../../src/domain/parts';
import { address, DAY, HOUR, NOON, signed } from '../support';
import {
  AREA,
  accounts,
  closeStreet,
  DEVICES,
  type Epoch,
  inputOf,
  LATE,
  linesIn,
  MARKET,
  metered,
  offerOf,
  orderOf,
  quarterOf,
  quarters,
  registryWith,
} from './street';

/** The first cut names the market, the second clears what was metered until two hours before it. */
const FIRST: Epoch = { reports: [], cut: NOON };
const SECOND_CUT = NOON + 2 * HOUR;
const second = (reports: Epoch['reports'], changes: Partial<Epoch> = {}): Epoch => ({
  reports,
  cut: SECOND_CUT,
  ...changes,
});
const BEFORE = quarters(NOON - LATE, NOON);
const used = (result: CloseResult) =>
  (linesIn(result, 'usage') as { side: string; units: string; amount: string }[]).map(
    ({ side, units, amount }) => [side, units, amount],
  );
const partsOf = (result: CloseResult) => (name: string) =>
  result.parts.find(({ sha256 }) => sha256 === name)!.bytes;

describe("the market in an epoch's close", () => {
  it('the first epoch of a market clears nothing, the next what it metered', () => {
    const [first, after] = closeStreet([FIRST, second(BEFORE.flatMap(quarterOf))]);
    expect(linesIn(first!, 'clearings')).to.deep.equal([]);
    expect(first!.manifest.markets).to.deep.equal([
      { address: MARKET, late_seconds: LATE, cleared_from: NOON - LATE, cleared_until: NOON - LATE },
    ]);
    expect(first!.manifest.usage_root).to.equal(toHex(new UsageTree([]).root));
    const [offer, order] = [toBase58(address('offer')), toBase58(address('order'))];
    expect(linesIn(after!, 'clearings')).to.deep.equal(
      BEFORE.map((start) => ({
        area: AREA,
        start,
        demand: '500',
        supply: '800',
        quantity: '500',
        low: '20',
        high: '20',
        price: '20',
        bids: [[order, '500']],
        asks: [[offer, '500']],
      })),
    );
    expect(used(after!).sort()).to.deep.equal([
      ['offer', '4000', '80000'],
      ['order', '4000', '80000'],
    ]);
    const leaves = linesIn(after!, 'usage').map((line) => leafOf(readUsageLine(JSON.stringify(line))));
    expect(toHex(new UsageTree(leaves).root)).to.equal(after!.manifest.usage_root);
    expect(toHex(after!.usageRoot)).to.equal(after!.manifest.usage_root);
    expect(linesIn(after!, 'book')).to.have.length(5);
  });

  it('what is metered in one epoch is cleared in the next, with the late window between', () => {
    const late = quarters(NOON, SECOND_CUT);
    const results = closeStreet([
      FIRST,
      second(late.flatMap(quarterOf)),
      { reports: [], cut: SECOND_CUT + LATE },
    ]);
    expect(linesIn(results[1]!, 'clearings')).to.deep.equal([]);
    expect(results[1]!.next.market!.metered.map(({ reports }) => reports.length)).to.deep.equal([8, 8, 8]);
    expect(linesIn(results[2]!, 'clearings')).to.have.length(8);
    expect(results[2]!.next.market!.metered).to.deep.equal([]);
    expect(used(results[2]!)).to.deep.include(['order', '4000', '80000']);
  });

  it('starts from a dataset as from memory, and is repeated from it', () => {
    const epochs = [FIRST, second([...BEFORE, ...quarters(NOON, SECOND_CUT)].flatMap(quarterOf))];
    const results = closeStreet([...epochs, { reports: [], cut: SECOND_CUT + LATE }]);
    for (const [i, result] of results.entries()) {
      const { manifestBytes, next } = result;
      expect(previousState(manifestBytes, partsOf(result))).to.deep.equal(next);
      const before = results[i - 1];
      const previous = before ? previousState(before.manifestBytes, partsOf(before)) : genesis;
      const repeated = verifyDataset({ manifestBytes, part: partsOf(result), previous });
      expect(repeated.datasetHash).to.equal(result.datasetHash);
    }
  });

  it('the order in which reports and accounts arrive changes nothing', () => {
    const reports = BEFORE.flatMap(quarterOf);
    const [, one] = closeStreet([FIRST, second(reports)]);
    const { meters, ...rest } = accounts();
    const twins = [orderOf(), orderOf({ address: toBase58(address('another order')), birth: 3n })];
    const [, two] = closeStreet([
      FIRST,
      second([...reports].reverse(), { markets: [{ ...rest, meters: [...meters].reverse() }] }),
    ]);
    expect(two!.datasetHash).to.equal(one!.datasetHash);
    const of = (orders: typeof twins) =>
      closeStreet([FIRST, second(reports, { markets: [accounts({ orders })] })])[1]!.datasetHash;
    expect(of(twins)).to.equal(of([...twins].reverse()));
  });

  it('what happens to accounts after the cut changes nothing', () => {
    const reports = BEFORE.flatMap(quarterOf);
    const [first, one] = closeStreet([FIRST, second(reports)]);
    const after = SECOND_CUT + 60;
    const later = accounts({
      offers: [
        offerOf({ cancelledAt: after }),
        offerOf({ address: toBase58(address('new offer')), birth: 9n, from: after }),
      ],
      orders: [orderOf({ cancelledAt: SECOND_CUT })],
      meters: [
        ...accounts().meters.map((meter) => ({ ...meter, removedAt: after })),
        { area: AREA, device: 3, admittedAt: after, removedAt: 0 },
      ],
    });
    const two = close(inputOf(second(reports, { markets: [later] }), first!.next));
    expect(two.datasetHash).to.equal(one!.datasetHash);
  });

  it('an account that was cancelled counts until the next quarter', () => {
    const [, result] = closeStreet([
      FIRST,
      second(BEFORE.flatMap(quarterOf), {
        markets: [accounts({ orders: [orderOf({ cancelledAt: BEFORE[2]! + 1 })] })],
      }),
    ]);
    expect(used(result!)).to.deep.include(['order', '1500', '30000']);
  });

  it('a budget that ends within an interval pays for a part of it', () => {
    const markets = [accounts({ orders: [orderOf({ budget: 18_000n })] })];
    const [, result] = closeStreet([FIRST, second(BEFORE.flatMap(quarterOf), { markets })]);
    // 18,000 allow 600 Wh at 30, and 8,000 are left for 266; then 2,680 for 89; and so on, never beyond the budget.
    const amount = BigInt(used(result!).find(([side]) => side === 'order')![2]!);
    const units = (linesIn(result!, 'clearings') as { quantity: string }[]).map(({ quantity }) => quantity);
    expect(units.slice(0, 3)).to.deep.equal(['500', '266', '89']);
    expect(amount <= 18_000n).to.equal(true);
  });

  it('a meter that resets, runs backwards or misses a quarter takes no part in it', () => {
    const [reset, backwards, missed, half, ...others] = BEFORE;
    const broken = [
      metered(2, reset!, { exported: 0, imported: 4_294_967_295 }),
      metered(2, backwards!, { exported: 0, imported: 500 }, { value: 500n }),
      metered(2, half!, { exported: 0, imported: 250 }, { seconds: 420 }),
    ];
    const rest = BEFORE.flatMap((start) =>
      [reset, backwards, missed, half].includes(start) ? quarterOf(start).slice(0, 2) : quarterOf(start),
    );
    const [, result] = closeStreet([FIRST, second([...broken, ...rest])]);
    const traded = (linesIn(result!, 'clearings') as { start: number; quantity: string }[])
      .filter(({ quantity }) => quantity !== '0')
      .map(({ start }) => start);
    expect(traded).to.deep.equal(others);
  });

  it('a quarter that is reported twice isn’t cleared, even if the second report comes an epoch later', () => {
    const late = quarters(NOON, SECOND_CUT);
    const twice = metered(2, late[1]!, { exported: 0, imported: 499 });
    const results = closeStreet([
      FIRST,
      second(late.flatMap(quarterOf)),
      { reports: [twice], cut: SECOND_CUT + LATE },
    ]);
    const last = results[2]!;
    const cleared = linesIn(last, 'clearings') as { start: number; quantity: string }[];
    expect(cleared.filter(({ quantity }) => quantity === '0').map(({ start }) => start)).to.deep.equal([
      late[1],
    ]);
    expect(used(last)).to.deep.include(['order', '3500', '70000']);
    // A second one of an interval that was cleared comes too late to change it.
    const again = metered(2, late[2]!, { exported: 0, imported: 1 });
    const after = close(inputOf({ reports: [again], cut: SECOND_CUT + 2 * LATE }, last.next));
    expect(used(after)).to.deep.include(['order', '3500', '70000']);
  });

  it('a device that changed hands or is retired takes part for nobody', () => {
    const sold = registryWith({
      kind: 'transferred',
      change: { index: 1, owner: address('stranger'), effectiveEpoch: 2n },
    });
    const epochs = [FIRST, second(BEFORE.flatMap(quarterOf))];
    const [first, result] = closeStreet(epochs, sold);
    expect(linesIn(first!, 'book').filter((line) => 'offer' in (line as object))).to.have.length(1);
    expect(linesIn(result!, 'book').filter((line) => 'offer' in (line as object))).to.deep.equal([]);
    expect(used(result!)).to.deep.equal([]);
    const retired = registryWith({ kind: 'retired', change: { index: 2, effectiveEpoch: 2n } });
    expect(used(closeStreet(epochs, retired)[1]!)).to.deep.equal([]);
  });

  it('orders for a meter that is not the owner’s, or not admitted, are not in the book', () => {
    const markets = [
      accounts({
        orders: [
          orderOf({ device: 3 }),
          orderOf({ address: toBase58(address('foreign')), device: 0 }),
          orderOf({ address: toBase58(address('unknown')), device: 4_000_000_000 }),
        ],
      }),
    ];
    const [, result] = closeStreet([FIRST, second([], { markets })]);
    expect(linesIn(result!, 'book').filter((line) => 'order' in (line as object))).to.deep.equal([]);
  });

  it('an area without supply has a demand and no price', () => {
    const markets = [accounts({ offers: [] })];
    const [, result] = closeStreet([FIRST, second(BEFORE.flatMap(quarterOf), { markets })]);
    const [clearing] = linesIn(result!, 'clearings');
    expect(clearing).to.deep.include({ demand: '500', supply: '0', quantity: '0', price: null, bids: [] });
    expect(used(result!)).to.deep.equal([]);
  });

  it('no more is sold than the panels behind the meter generated', () => {
    const reports = BEFORE.flatMap((start) => [
      metered(0, start, { exported: 800, imported: 0 }),
      signed(DEVICES[1]!, { start, value: 300n }),
      metered(2, start, { exported: 0, imported: 500 }),
    ]);
    const [, result] = closeStreet([FIRST, second(reports)]);
    expect(used(result!)).to.deep.include(['offer', '2400', '72000']);
  });
});

describe('leaves of the usage tree', () => {
  const start = () => closeStreet([FIRST, second(BEFORE.flatMap(quarterOf))])[1]!;
  const leavesAfter = (epoch: Epoch, from = start()) => used(close(inputOf(epoch, from.next)));

  it('stay when the account has ended, until it closes whatever happens', () => {
    const ended = accounts({ orders: [orderOf({ until: NOON })], offers: [offerOf({ until: NOON })] });
    const markets = [ended];
    const [, result] = closeStreet([{ ...FIRST, markets }, second(BEFORE.flatMap(quarterOf), { markets })]);
    const at = (cut: number) =>
      leavesAfter({ reports: [], cut, markets: [accounts({ orders: [], offers: [] })] }, result);
    expect(at(NOON + DAY)).to.have.length(2);
    expect(at(NOON + 30 * DAY - 1)).to.have.length(2);
    expect(at(NOON + 30 * DAY)).to.deep.equal([]);
  });

  it('stay when the policy no longer names the market, and go to zeros after that', () => {
    const without = { ...inputOf({ reports: [], cut: SECOND_CUT + DAY, markets: [] }, start().next) };
    const { markets: _, ...policy } = without.policy;
    const result = close({ ...without, policy });
    expect(used(result)).to.have.length(2);
    expect(result.manifest.markets).to.deep.equal([]);
    const later = close({
      ...inputOf({ reports: [], cut: SECOND_CUT + 60 * DAY, markets: [] }, result.next),
      policy,
    });
    expect(later.manifest).to.not.have.property('markets');
    expect(later.manifest.usage_root).to.equal('00'.repeat(32));
    expect(later.next).to.not.have.property('market');
  });

  it('of an address that was closed and born again begin anew', () => {
    const reborn = accounts({ orders: [orderOf({ birth: 7n, from: SECOND_CUT })] });
    const all = leavesAfter({ reports: [], cut: SECOND_CUT + HOUR, markets: [reborn] });
    expect(all.map(([side]) => side)).to.deep.equal(['offer']);
  });

  it('are not cleared for intervals of more than 15 days ago', () => {
    const [first] = closeStreet([FIRST]);
    const result = close(inputOf({ reports: BEFORE.flatMap(quarterOf), cut: NOON + 16 * DAY }, first!.next));
    expect(result.manifest.markets![0]!.cleared_from).to.equal(NOON + DAY);
    expect(used(result)).to.deep.equal([]);
  });
});

describe('an audit of the market', () => {
  const results = () => closeStreet([FIRST, second(BEFORE.flatMap(quarterOf))]);
  type Group = keyof Manifest['parts'];

  /** What an audit says of a dataset in which the lines of a group are changed. */
  function said(change: { group: Group; edit: (lines: string[]) => string[] } | Partial<Manifest>): string {
    const [before, result] = results();
    const parts = new Map(result!.parts.map((part) => [part.sha256, part.bytes]));
    let manifest: Manifest = { ...result!.manifest };
    if ('edit' in change) {
      const lines = linesIn(result!, change.group).map((line) => JSON.stringify(line));
      const made = toParts(change.edit(lines));
      for (const { sha256, bytes } of made.parts) parts.set(sha256, bytes);
      manifest = { ...manifest, parts: { ...manifest.parts, [change.group]: made.references } };
    } else manifest = { ...manifest, ...change };
    const manifestBytes = canonicalBytes(manifest);
    expect(datasetHash(manifestBytes)).to.not.equal(result!.datasetHash);
    const input = { manifestBytes, part: (name: string) => parts.get(name)!, previous: before!.next };
    try {
      verifyDataset(input);
    } catch (error) {
      const { code, message } = error as DomainError;
      if (code === 'bad-dataset') expect(findDifference(repeatDataset(input), input)).to.not.equal(null);
      return message;
    }
    return 'nothing';
  }

  it('names a clearing that was tampered with', () => {
    const dearer = (lines: string[]) => [
      lines[0]!.replace('"price":"20"', '"price":"25"'),
      ...lines.slice(1),
    ];
    expect(said({ group: 'clearings', edit: dearer })).to.equal(
      'parts.clearings: line 1: price says "25", should say "20"',
    );
    expect(said({ group: 'clearings', edit: (lines) => lines.slice(1) })).to.match(
      /^parts\.clearings: line 1: is missing: \{"area"/,
    );
  });
  it('names usage, and a usage root, that do not follow', () => {
    const more = (lines: string[]) => lines.map((line) => line.replace('"units":"4000"', '"units":"4001"'));
    expect(said({ group: 'usage', edit: more })).to.match(
      /^parts\.usage: line 1: units says "4001", should say "4000"/,
    );
    expect(said({ usage_root: 'ab'.repeat(32) })).to.match(/^usage_root: says "abab/);
  });
  it('names an account that may not be in the book, and what was metered by nobody', () => {
    const foreign = (lines: string[]) => [
      ...lines,
      lines
        .at(-1)!
        .replace('"device":2', '"device":3')
        .replace(/"order":"\w+"/, `"order":"${AREA}"`),
    ];
    expect(said({ group: 'book', edit: foreign })).to.match(
      /^parts\.book: line 6: should not be there: \{"order"/,
    );
    const higher = (lines: string[]) => lines.map((line) => line.replace('"800"', '"900"'));
    expect(said({ group: 'metered', edit: higher })).to.match(
      /^parts\.metered: line 1 \(device 0\): reports/,
    );
  });
  it('names a market that the policy does not, and one that is missing', () => {
    expect(said({ markets: [] })).to.match(/^parts\.book: names no market of the manifest/);
    const [market] = results()[1]!.manifest.markets!;
    expect(said({ markets: [{ ...market!, cleared_until: market!.cleared_until + 900 }] })).to.match(
      /^markets\.0\.cleared_until: says/,
    );
  });
});
