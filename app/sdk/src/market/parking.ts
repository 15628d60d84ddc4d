import { CommonwireError } from '../core/errors';
import { Reader } from '../core/reader';

export const QUARTER_SECONDS = 900n;
const QUARTER_MINUTES = 15n;
/** Quarter-hours that a calendar holds: 30 days. */
export const CALENDAR_QUARTERS = 2_880n;

const EARLY_SECONDS = 3_600n;
const GRACE_SECONDS = QUARTER_SECONDS;
const ABSENT_QUARTERS = 2n;
const BASIS_POINTS = 10_000n;
const MOST = 2n ** 64n - 1n;

/** Why a calendar or a reservation refuses something. */
export type ParkingErrorCode =
  | 'nothing-reserved'
  | 'reservation-past'
  | 'reservation-too-far'
  | 'bay-taken'
  | 'check-in-too-early'
  | 'check-in-too-late'
  | 'overflow';

/** What the program would refuse. */
export class ParkingError extends CommonwireError {
  declare readonly code: ParkingErrorCode;

  constructor(code: ParkingErrorCode, message: string) {
    super(code, message);
  }
}

/** Length of a {@link Calendar} at the end of a bay's offer. */
export const CALENDAR_BYTES = 368;

/** Which quarter-hours of a bay are taken: a ring, of which bit `q % 2,880` stands for quarter-hour q since 1970. */
export interface Calendar {
  /** The first quarter-hour that it holds. */
  from: bigint;
  /** 360 bytes; the lowest bit of a byte comes first. */
  taken: Uint8Array;
}

/** Quarter-hours of a bay that were taken for one order. */
export interface Reservation {
  first: bigint;
  quarters: bigint;
  /** Base units a quarter-hour. */
  quarterPrice: bigint;
}

/** How a reservation ends. */
export interface ReservationOutcome {
  /** Base units. */
  pays: bigint;
  /** Minutes that are paid for as used. */
  minutes: bigint;
  /** From this quarter-hour on the bay is free. */
  freeFrom: bigint;
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Number of the quarter-hour of a time, unix seconds. */
export const quarterOf = (now: bigint): bigint => greater(now, 0n) / QUARTER_SECONDS;

/** A calendar in which nothing is taken. */
export const emptyCalendar = (from: bigint): Calendar => ({ from, taken: new Uint8Array(360) });

/** Decodes the last bytes of a bay's offer. @throws FormatError `truncated`, `trailing-bytes` */
export function decodeCalendar(bytes: Uint8Array): Calendar {
  const reader = new Reader(bytes);
  const calendar = { from: reader.u64(), taken: reader.bytes(CALENDAR_BYTES - 8) };
  reader.end();
  return calendar;
}

/** Whether a quarter-hour is taken; those that the calendar doesn't hold aren't. */
export function isTaken({ from, taken }: Calendar, quarter: bigint): boolean {
  if (quarter < from || quarter >= from + CALENDAR_QUARTERS) return false;
  const place = Number(quarter % CALENDAR_QUARTERS);
  return (taken[place >> 3]! & (1 << (place & 7))) !== 0;
}

/** The calendar without the quarter-hours before `current`, which makes room at the end. */
export function advanceCalendar(calendar: Calendar, current: bigint): Calendar {
  if (current <= calendar.from) return calendar;
  const end = lesser(current, calendar.from + CALENDAR_QUARTERS);
  return { from: current, taken: mark(calendar.taken, calendar.from, end, false) };
}

/** The calendar with `count` quarter-hours from `first` taken. @throws ParkingError */
export function takeQuarters(calendar: Calendar, first: bigint, count: bigint): Calendar {
  if (count <= 0n) throw new ParkingError('nothing-reserved', 'reserve at least one quarter-hour');
  if (first < calendar.from)
    throw new ParkingError('reservation-past', `quarter-hour ${first} is over: begin at ${calendar.from}`);
  if (first + count > calendar.from + CALENDAR_QUARTERS)
    throw new ParkingError('reservation-too-far', 'reserve no more than 30 days ahead');
  for (let quarter = first; quarter < first + count; quarter++)
    if (isTaken(calendar, quarter))
      throw new ParkingError('bay-taken', `quarter-hour ${quarter} is taken: choose another time or bay`);
  return { from: calendar.from, taken: mark(calendar.taken, first, first + count, true) };
}

/** The calendar with the quarter-hours from `first` until before `end` free. */
export function freeQuarters(calendar: Calendar, first: bigint, end: bigint): Calendar {
  const until = lesser(end, calendar.from + CALENDAR_QUARTERS);
  return { from: calendar.from, taken: mark(calendar.taken, greater(first, calendar.from), until, false) };
}

function mark(taken: Uint8Array, first: bigint, end: bigint, to: boolean): Uint8Array {
  const marked = new Uint8Array(taken);
  for (let quarter = first; quarter < end; quarter++) {
    const place = Number(quarter % CALENDAR_QUARTERS);
    const bit = 1 << (place & 7);
    marked[place >> 3] = to ? marked[place >> 3]! | bit : marked[place >> 3]! & ~bit;
  }
  return marked;
}

/** What all of a reservation costs. @throws ParkingError `overflow` */
export function reservationPrice({ quarters, quarterPrice }: Reservation): bigint {
  const price = quarters * quarterPrice;
  if (price > MOST) throw new ParkingError('overflow', 'the price exceeds what can exist of a token');
  return price;
}

const startOf = ({ first }: Reservation): bigint => first * QUARTER_SECONDS;

/** Requires that a driver can check in: from the start, for a quarter-hour. @throws ParkingError */
export function requireCheckIn(reservation: Reservation, now: bigint): void {
  if (now < startOf(reservation))
    throw new ParkingError('check-in-too-early', `check in from ${startOf(reservation)}`);
  if (isMissed(reservation, now))
    throw new ParkingError('check-in-too-late', 'the reservation has ended, a quarter-hour after its start');
}

/** Whether it is too late to check in. */
export const isMissed = (reservation: Reservation, now: bigint): boolean =>
  now >= startOf(reservation) + GRACE_SECONDS;

/**
 * The driver doesn't come, cancelled or not. Until an hour before the start that costs the fee, `feeBps` of the price; later
 * half an hour if that is more.
 */
export function absentOutcome(reservation: Reservation, now: bigint, feeBps: bigint): ReservationOutcome {
  const fee = feeOf(reservation, feeBps);
  const isLate = now + EARLY_SECONDS > startOf(reservation);
  const least = isLate ? reservation.quarterPrice * lesser(reservation.quarters, ABSENT_QUARTERS) : 0n;
  const freeFrom = greater(reservation.first, quarterOf(now));
  return { pays: greater(fee, least), minutes: 0n, freeFrom };
}

/** What cancelling costs. */
const feeOf = (reservation: Reservation, feeBps: bigint): bigint =>
  (reservationPrice(reservation) * feeBps) / BASIS_POINTS;

/**
 * A driver who had checked in leaves: the quarter-hours that began are paid, or the fee if that is more. Else who blocked a bay
 * for days would check in for a moment, and pay less than who cancels.
 */
export function leaveOutcome(reservation: Reservation, now: bigint, feeBps: bigint): ReservationOutcome {
  const fee = feeOf(reservation, feeBps);
  const begun = greater(quarterOf(now) - reservation.first, 0n) + 1n;
  const used = lesser(begun, reservation.quarters);
  return {
    pays: greater(fee, reservation.quarterPrice * used),
    minutes: QUARTER_MINUTES * used,
    freeFrom: reservation.first + used,
  };
}
