/**
 * Every reason the oracle gives for not paying a report. Codes are stable: clients and datasets keep them, so a
 * code is never renamed or given another meaning.
 */

/** The report can't be read or isn't this network's: answered, counted by code, not kept as evidence. */
const malformed = {
  oversized: 'The report is longer than any report can be.',
  'bad-encoding': 'The report or its signature is not canonical base64.',
  'wrong-length': 'The bytes do not have the exact length a report of this form has.',
  'bad-domain': 'The bytes do not begin with the domain of a Commonwire report.',
  'bad-network': 'The report was signed for another network.',
  'unknown-device': 'No device with this index is registered.',
  'wrong-owner': 'The report names another owner than the registry does.',
  'former-owner': 'The report names an owner who handed the device on before this epoch.',
  'device-retired': 'The device was retired by its owner and earns nothing any more.',
  'wrong-kind': 'The report names another kind than the device was registered for.',
  'unsupported-kind': 'This network has no rules for the kind of device.',
  'out-of-range': 'A field holds a value that no report can have, such as a latitude of 100 degrees.',
  'bad-signature': 'The signature is not a valid one of the registered device key.',
} as const;

/** When the report's interval lies outside what may be reported now: answered, counted, not kept. */
const time = {
  'start-in-future': 'The interval starts further ahead than a clock may be wrong.',
  'too-old': 'The interval starts before the late window.',
  'not-whole-minutes': 'The interval does not begin and end on whole minutes.',
  'too-short': 'The interval is shorter than the policy allows.',
  'too-long': 'The interval is longer than the policy allows.',
} as const;

/** How the report relates to the others of its device: kept as evidence. */
const history = {
  duplicate: 'The same report was counted before.',
  conflict: 'Another report of the device claims one of its minutes; none of them pays.',
  'sequence-not-growing': 'The sequence number does not grow with the interval start.',
  'sequence-jump': 'The sequence number grows faster than one a minute with a day of slack.',
  'key-not-active': 'The device key is active under another index, the first it signed for.',
} as const;

/** What the kind of device rules out: kept as evidence. */
const kind = {
  'no-place': 'The device is registered without a cell that tells its place well enough for the kind.',
  'away-from-cell': 'The reported position is too far from the registered cell.',
  'far-from-cell': 'The reported position is a little too far from the registered cell: it counts by a part.',
  'cell-full':
    'The cell holds more of the kind than counts there; the device counts by what still fits, or not at all.',
  'bad-extra': 'The extra bytes do not have the form that the kind defines.',
  negative: 'The value is negative, for energy beyond what a device draws for itself.',
  'above-capacity': 'The value is more than the registered capacity can bring in the interval.',
  'above-counter':
    'The bytes are more than the counters sent with them grew, or count since they began anew.',
  'too-many-changes': 'The bays changed between free and occupied more often than cars can.',
  'unknown-quantity': 'The report names a quantity that there are no rules for.',
  'out-of-bounds': 'The value lies outside of what the quantity can be.',
  'too-few-samples': 'The interval, or its hour, has too few samples; it counts as zero.',
  'above-clear-sky': 'The energy is more than a clear sky gives at this place and time.',
  'sun-at-night': 'The sun was below the horizon for the whole interval.',
  'own-draw': 'The reading is within what the device draws for itself and counts as zero.',
  'frozen-value': 'The value has stood still for longer than what is measured ever does.',
  interpolated: 'The values lie on a straight line, as they do where they were filled in and not measured.',
  spike: 'The power rose for a moment above what the sky and the readings around it allow.',
  dropout: 'The power was gone for a moment between readings by day; it counts as zero.',
  jump: 'The value changed by more than it can from one interval to the next.',
} as const;

/** Every code with its sentence. */
export const reasons = { ...malformed, ...time, ...history, ...kind } as const;

/** A stable code, kebab-case. */
export type ReasonCode = keyof typeof reasons;

/** The sentence for a code. */
export const explain = (code: ReasonCode): string => reasons[code];

/** Whether a text is one of the codes. */
export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(reasons, code);
