import { expect } from 'chai';
import {
  type BookOnChain,
  type CloseResult,
  compareBook,
  describeDifference,
  type Manifest,
  type MarketAccounts,
  toBase58,
} from '../../../src/domain';
import { MOST_BEHIND } from '../../../src/domain/market';
import { toParts } from '../../../src/domain/parts';
import { address, HOUR, NOON } from '../support';
import { accounts, closeStreet, type Epoch, offerOf, orderOf, ownerOf, registryWith } from './street';

const CUT = NOON + 2 * HOUR;
const FIRST: Epoch = { reports: [], cut: NOON };
const SECOND: Epoch = { reports: [], cut: CUT };

describe('a published book against the chain', () => {
  let first: CloseResult;
  let second: CloseResult;
  before(() => {
    [first, second] = closeStreet([FIRST, SECOND]) as [CloseResult, CloseResult];
  });

  /** Compares the second epoch's book, as `change` falsifies it, with a chain that has these accounts. */
  function compare(
    market: MarketAccounts,
    { change = (lines: string[]) => lines, pending = true, now = CUT }: Partial<Changes> = {},
  ) {
    const published = second.manifest.parts.book!;
    const text = published.map(({ sha256 }) => second.parts.find((part) => part.sha256 === sha256)!.bytes);
    const lines = Buffer.concat(text).toString().trim().split('\n');
    const book = toParts(change(lines));
    const manifest: Manifest = {
      ...second.manifest,
      parts: { ...second.manifest.parts, book: book.references },
    };
    const onChain: BookOnChain = { markets: [market], now, pending };
    const { difference, ...counts } = compareBook(
      {
        manifest,
        part: (name) => book.parts.find(({ sha256 }) => sha256 === name)!.bytes,
        previous: first.next,
        view: registryWith().at(second.manifest.cut.registry_hash, second.manifest.epoch),
      },
      onChain,
    );
    return { ...counts, difference: difference && describeDifference(difference) };
  }
  interface Changes {
    change: (lines: string[]) => string[];
    pending: boolean;
    now: number;
  }

  it('holds with the accounts that it was made from, and with what came after the cut', () => {
    expect(compare(accounts())).to.deep.equal({ difference: null, listed: 5, closed: 0 });
    const later = accounts({
      offers: [offerOf({ cancelledAt: CUT + 60 })],
      orders: [orderOf(), orderOf({ address: toBase58(address('later')), birth: 9n, from: CUT + 60 })],
    });
    expect(compare(later)).to.deep.equal({ difference: null, listed: 5, closed: 0 });
  });

  for (const [what, change, said] of [
    [
      'an order left out',
      (lines: string[]) => lines.filter((line) => !line.startsWith('{"order"')),
      /^parts.book: line 5: is missing: \{"order"/,
    ],
    [
      'an offer with another price',
      (lines: string[]) => lines.map((line) => line.replace('"ask":"20"', '"ask":"21"')),
      /^parts.book: line 4: ask says "21", should say "20"$/,
    ],
    [
      'an order with a greater budget',
      (lines: string[]) => lines.map((line) => line.replace('"budget":"1000000"', '"budget":"2000000"')),
      /^parts.book: line 5: budget says "2000000", should say "1000000"$/,
    ],
    [
      "somebody else's order",
      (lines: string[]) => lines.map((line) => line.replace(ownerOf('buyer'), ownerOf('stranger'))),
      /^parts.book: line 5: owner says/,
    ],
    [
      'an offer cancelled that was not',
      (lines: string[]) =>
        lines.map((line) =>
          line.startsWith('{"offer"')
            ? line.replace('"cancelled_at":0', `"cancelled_at":${CUT - HOUR}`)
            : line,
        ),
      /^parts.book: line 4: cancelled_at says \d+, should say 0$/,
    ],
    [
      'another loss of the area',
      (lines: string[]) => lines.map((line) => line.replace('"loss_bps":0', '"loss_bps":9')),
      /^parts.book: line 1: loss_bps says 9, should say 0$/,
    ],
  ] as const)
    it(`finds ${what}, also once the epoch is promoted`, () => {
      for (const pending of [true, false])
        expect(compare(accounts(), { change, pending }).difference).to.match(said);
    });

  it('finds what was never made: while the epoch is pending, nothing of it can have been closed', () => {
    const { difference } = compare(accounts({ orders: [] }));
    expect(difference).to.match(/^parts.book: line 3: should not be there: \{"meter":2/);
    expect(compare(accounts({ offers: [], orders: [] }), { pending: false })).to.deep.equal({
      difference: null,
      listed: 5,
      closed: 2,
    });
  });

  it('finds a meter that was never admitted, until half a month after the cut', () => {
    const none = accounts({ meters: accounts().meters.slice(0, 1) });
    const soon = compare(none, { pending: false, now: CUT + MOST_BEHIND - 1 });
    expect(soon.difference).to.match(/^parts.book: line 3: should not be there: \{"meter":2/);
    const late = compare(none, { pending: false, now: CUT + MOST_BEHIND });
    expect(late).to.deep.equal({ difference: null, listed: 5, closed: 1 });
  });

  it('an account that was made again is not the one that was listed', () => {
    const again = accounts({ orders: [orderOf({ birth: 7n, from: CUT + 60 })] });
    expect(compare(again, { pending: false })).to.deep.equal({ difference: null, listed: 5, closed: 1 });
    expect(compare(again).difference).to.not.equal(null);
  });
});
