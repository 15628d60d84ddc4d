import { CommonwireError, ed25519KeyPair } from '@commonwire/sdk/core';
import {
  absentOutcome,
  advanceCalendar,
  type Calendar,
  emptyCalendar,
  encodeVoucher,
  freeQuarters,
  isDriverLate,
  leaveOutcome,
  type Reservation,
  requireCheckIn,
  rideDue,
  signVoucher,
  takeQuarters,
  voucherStep,
} from '@commonwire/sdk/market';
import { derived } from './seeds';

const MOST = 2n ** 64n - 1n;

/** What a rule returns, or the code with which it refuses. */
function outcomeOf<T>(act: () => T): T | { error: string } {
  try {
    return act();
  } catch (error) {
    if (error instanceof CommonwireError) return { error: error.code };
    throw error;
  }
}

/** Vouchers with their bytes and signatures, and what they add to what was settled. */
export function voucherVectors() {
  const session = ed25519KeyPair(derived('session'));
  const usual = {
    program: derived('market program'),
    order: derived('order'),
    birth: 312_345_678n,
    units: 30n,
    cost: 1_500n,
  };
  const messages = [usual, { ...usual, birth: MOST, units: MOST, cost: MOST }].map((voucher) => ({
    ...voucher,
    bytes: encodeVoucher(voucher),
    publicKey: session.publicKey,
    signature: signVoucher(voucher, session),
  }));
  const terms = { budget: 2_000n, greatestPrice: 60n, leastPrice: 40n };
  const none = { units: 0n, cost: 0n };
  const settled = { units: 10n, cost: 500n };
  const at = (units: bigint, cost: bigint, before = settled, under = terms) => ({
    settled: before,
    voucher: { units, cost },
    terms: under,
    result: outcomeOf(() => ({ pays: voucherStep(before, { units, cost }, under) })),
  });
  const free = { budget: MOST, greatestPrice: MOST, leastPrice: 0n };
  const steps = [
    ...[at(10n, 500n, none), at(20n, 1_000n), at(50n, 2_000n), at(20n, 1_200n), at(20n, 800n)],
    ...[at(10n, 500n), at(10n, 501n), at(9n, 500n), at(11n, 499n), at(0n, 0n), at(0n, 0n, none)],
    ...[at(50n, 2_001n), at(20n, 1_201n), at(20n, 799n), at(1n, 0n, none)],
    ...[at(MOST, MOST, none, free), at(1n, MOST, none, free), at(MOST, 0n, none, free)],
    at(MOST, MOST, none, { ...free, leastPrice: 2n }),
  ];
  return { messages, steps };
}

/** A bay's calendar through a history, reservations at the edges of their times, and fares. */
export function parkingVectors() {
  const start = 1_982_000n;
  let calendar: Calendar = emptyCalendar(start);
  const step = (operation: 'advance' | 'take' | 'free', first: bigint, count: bigint) => {
    const result = outcomeOf(() => {
      if (operation === 'advance') calendar = advanceCalendar(calendar, first);
      else if (operation === 'take') calendar = takeQuarters(calendar, first, count);
      else calendar = freeQuarters(calendar, first, first + count);
      return {};
    });
    return { operation, first, count, result, from: calendar.from, taken: calendar.taken };
  };
  const calendarSteps = [
    step('take', start, 1n),
    step('take', start, 1n),
    step('take', start + 4n, 8n),
    step('take', start + 3n, 2n),
    step('take', start + 11n, 1n),
    step('take', start + 12n, 100n),
    step('take', start + 2_879n, 1n),
    step('take', start + 2_879n, 2n),
    step('take', start + 2_880n, 1n),
    step('take', start - 1n, 1n),
    step('take', start + 1n, 0n),
    step('take', start + 1n, MOST),
    step('free', start + 8n, 4n),
    step('take', start + 10n, 2n),
    step('advance', start + 5n, 0n),
    step('advance', start + 2n, 0n),
    step('take', start + 4n, 1n),
    step('take', start + 2_880n, 5n),
    step('free', start, 8n),
    step('advance', start + 5n + 2_879n, 0n),
    step('take', start + 2_884n, 2_880n),
    step('free', start, 10_000n),
    step('take', start + 2_884n, 2_880n),
    step('advance', start + 2_884n + 2_880n, 0n),
  ];
  const hours = (first: bigint, quarters: bigint): Reservation => ({ first, quarters, quarterPrice: 100n });
  const reservations = [hours(start, 1n), hours(start, 8n), hours(start, 96n)];
  const begin = start * 900n;
  const times = [-86_400n, -3_601n, -3_600n, -3_599n, -1n, 0n, 899n, 900n, 901n, 1_800n, 7_199n, 7_200n];
  const endings = reservations.flatMap((reservation) =>
    [0n, 500n, 10_000n].flatMap((feeBps) =>
      times.map((into) => ({
        ...reservation,
        feeBps,
        now: begin + into,
        absent: absentOutcome(reservation, begin + into, feeBps),
        leave: leaveOutcome(reservation, begin + into, feeBps),
        checkIn: outcomeOf(() => requireCheckIn(reservation, begin + into) ?? {}),
      })),
    ),
  );
  return { start, calendarSteps, endings };
}

/** What rides cost without a voucher, and who is late. */
export function rideVectors() {
  const fares = [
    [1_000n, 3_000n, 0n],
    [1_000n, 3_000n, 1n],
    [1_000n, 3_000n, 2_999n],
    [1_000n, 3_000n, 3_000n],
    [1_000n, 3_000n, MOST],
    [MOST, MOST, MOST - 1n],
    [MOST, 3n, 2n],
    [1_000n, 0n, 5n],
  ] as const;
  const late = ([at, now]: readonly [bigint, bigint]) => ({ pickupAt: at, now, late: isDriverLate(at, now) });
  return {
    dues: fares.map(([fare, agreed, metres]) => ({
      fare,
      agreed,
      metres,
      due: rideDue(fare, agreed, metres),
    })),
    pickups: (
      [
        [1_000n, 1_599n],
        [1_000n, 1_600n],
        [1_000n, 0n],
      ] as const
    ).map(late),
  };
}
