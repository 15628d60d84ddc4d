/**
 * Every reason why an oracle doesn't pay for a report. Codes are stable: clients and datasets store them, so a code is
 * never renamed and its meaning never changes.
 */

/** The report can't be read or isn't for this network: answered, counted by code, not kept as evidence. */
const malformed = {
  oversized: 'The report is longer than any report can be.',
  'bad-encoding': 'The report or its signature is not canonical base64.',
  'wrong-length': 'The length is not that of a report with this format.',
  'bad-domain': 'The bytes do not begin with the domain prefix of a Commonwire report.',
  'bad-network': 'The report was signed for another network.',
  'unknown-device': 'No device with this index is registered.',
  'wrong-owner': 'The report does not name the registered owner.',
  'former-owner': 'The report names an owner who transferred the device before this epoch.',
  'device-retired': 'The device was retired by its owner and no longer earns.',
  'wrong-kind': 'The report does not name the kind that the device was registered with.',
  'unsupported-kind': 'This network has no rules for this kind of device.',
  'out-of-range': 'A field has an impossible value, such as a latitude of 100 degrees.',
  'unexpected-extra': 'The report has extra bytes, and its kind has none.',
  'bad-signature': 'The signature was not made with the registered device key.',
} as const;

/** The report's interval may not be reported now: answered, counted by code, not kept as evidence. */
const time = {
  'start-in-future': 'The interval starts further in the future than clock drift allows.',
  'too-old': 'The interval starts before the late window.',
  'not-whole-minutes': 'The interval does not begin and end on whole minutes.',
  'too-short': 'The interval is shorter than the policy allows.',
  'too-long': 'The interval is longer than the policy allows.',
  'too-many-reports':
    'The device has sent two other reports that begin in the same minute, or more in this epoch than it can measure.',
} as const;

/** The report doesn't fit the device's other reports: kept as evidence. */
const history = {
  duplicate: 'The same report was counted before.',
  conflict: 'Another report of the device covers some of the same minutes; neither counts.',
  'sequence-not-growing': 'The sequence number does not grow with the interval start.',
  'sequence-jump': 'The sequence number grows faster than one per minute plus a day of slack.',
  'key-not-active': 'The device key is active under another index, the first that it signed for.',
} as const;

/** The report breaks a rule of its kind: kept as evidence. */
const kind = {
  'no-place': 'The device is registered without a cell that is precise enough for its kind.',
  'away-from-cell': 'The reported position is too far from the registered cell.',
  'far-from-cell':
    'The reported position is slightly too far from the registered cell; the report counts partly.',
  'cell-full':
    'The cell has more capacity of this kind than counts; the device counts by the part that fits, or not at all.',
  'equal-series':
    'The readings of a day are those of another device nearby, whose were received first: one series, one pay.',
  'pay-held': 'The device is on the denylist of the policy, which says why; its pay is held, not lost.',
  'not-attested':
    'The policy asks for a statement of an installer about a device of this capacity; without it, it counts in part.',
  'bad-extra': 'The extra bytes do not have the format of the kind.',
  negative: 'The value is negative; for energy, by more than the device itself consumes.',
  'above-capacity': 'The value is more than the registered capacity can deliver in the interval.',
  'above-counter':
    'The value exceeds the growth of the byte counters sent with it, or their count since they were reset.',
  'wrong-balance': "The value is not what the meter's export register grew by, less its import register.",
  'too-many-changes': 'The bays changed between free and occupied more often than cars can.',
  'unknown-quantity': 'The report names a quantity that has no rules.',
  'out-of-bounds': 'The value is outside the possible range of the quantity.',
  'too-few-samples': 'The interval, or its hour, has too few samples; it counts as zero.',
  'above-clear-sky': 'The energy is more than a clear sky can provide at this place and time.',
  'above-clear-day':
    'The energy of the day is more than a clear sky gives panels with the registered mount at this place.',
  'above-month':
    'The energy of thirty days is more than neighbours or the climate reach; what exceeds that earns nothing.',
  'sun-at-night': 'The sun was below the horizon for the whole interval.',
  'own-draw': 'The reading is within the consumption of the device itself and counts as zero.',
  'frozen-value': 'The value has not changed for longer than a real measurement would.',
  repeated: 'The values repeat those of an earlier time one by one: a copy, not a measurement.',
  interpolated: 'The values are on a straight line, which suggests that they were filled in, not measured.',
  spike: 'The power rose briefly above what the sky and the neighbouring readings allow.',
  dropout: 'The power was briefly gone between daytime readings; it counts as zero.',
  jump: 'The value changed by more than is possible from one interval to the next.',
} as const;

/** Every code with its explanation. */
export const reasons = { ...malformed, ...time, ...history, ...kind } as const;

/** A stable code in kebab case. */
export type ReasonCode = keyof typeof reasons;

/** Returns the explanation of a code. */
export const explain = (code: ReasonCode): string => reasons[code];

/** Whether a string is one of the codes. */
export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(reasons, code);
