/** Why a report isn't paid and what its owner can do, by reason code. Every code of the oracles' rules has a text. */
export const reasonsEn = {
  'reason.oversized': 'Longer than any report can be. Update the device’s software.',
  'reason.bad-encoding': 'Unreadable: not base64. Update the device’s software.',
  'reason.wrong-length': 'Not as long as a report of this form. Update the device’s software.',
  'reason.bad-domain': 'Not a Commonwire report. Update the device’s software.',
  'reason.bad-network': 'Signed for another network. Configure the device for this one.',
  'reason.unknown-device':
    'No device with this index is registered. Check the index, or register the device.',
  'reason.wrong-owner': 'Names another owner than the registry. Correct the owner in the device’s settings.',
  'reason.former-owner':
    'Names an owner who handed the device over. Set the new owner in the device’s settings.',
  'reason.device-retired': 'Its owner retired the device. Switch it off, or register it anew.',
  'reason.wrong-kind': 'Names another kind than the registry. Correct the kind in the device’s settings.',
  'reason.unsupported-kind': 'This network has no rules for this kind. Nothing can be earned with it here.',
  'reason.out-of-range': 'A field has an impossible value. Check position and settings of the device.',
  'reason.unexpected-extra': 'Has extra bytes that its kind doesn’t use. Update the device’s software.',
  'reason.bad-signature':
    'Not signed with the device’s key. Check the key file; if the device is yours and you didn’t send this, somebody else tries to.',
  'reason.start-in-future': 'Lies in the future. Set the device’s clock.',
  'reason.too-old': 'Came too late. Keep the device connected, so that it sends within the late window.',
  'reason.not-whole-minutes': 'Doesn’t begin and end on whole minutes. Update the device’s software.',
  'reason.too-short': 'The interval is too short. Set a longer one.',
  'reason.too-long': 'The interval is too long. Set a shorter one.',
  'reason.too-many-reports':
    'More reports than the device can measure. Check that its key is used only once.',
  'reason.duplicate': 'Counted before. Nothing needs to be done.',
  'reason.conflict':
    'Two reports claim the same minutes, so neither counts. Check that only one device uses this key.',
  'reason.sequence-not-growing': 'The sequence number doesn’t grow. Don’t reset the device’s counter.',
  'reason.sequence-jump': 'The sequence number grows too fast. Check that only one device uses this key.',
  'reason.key-not-active': 'The key is active under another index. Retire one of the two.',
  'reason.no-place': 'The device has no precise enough place. Register it with a smaller cell.',
  'reason.away-from-cell': 'Too far from the registered place. Register the device where it is.',
  'reason.far-from-cell':
    'Slightly too far from the registered place, so it counts in part. Register it where it is.',
  'reason.cell-full': 'More capacity in this place than counts. It counts in part, or not at all.',
  'reason.above-month':
    'The energy of thirty days is more than neighbours or the climate reach; what exceeds that earns nothing.',
  'reason.above-clear-day':
    'More than a clear day gives panels that are mounted as registered. Check capacity and mount.',
  'reason.equal-series':
    'The same readings as another device nearby, which sent them first. Only one device may report an installation.',
  'reason.pay-held':
    'The network has this device on its denylist, with a reason and evidence. Its pay is held, not lost: appeal to the network’s authority.',
  'reason.not-attested':
    'A device of this capacity needs a statement of an installer that the network names. Without it, it counts in part.',
  'reason.wrong-balance': 'The value isn’t the export less the import. Update the device’s software.',
  'reason.bad-extra': 'The extra bytes don’t have the kind’s format. Update the device’s software.',
  'reason.negative': 'The value is negative. Check how the meter is connected.',
  'reason.above-capacity':
    'More than the registered capacity can deliver. Check the meter, or register the real capacity.',
  'reason.above-counter': 'More than the byte counters grew. Update the device’s software.',
  'reason.too-many-changes': 'The bays changed more often than cars can. Check the sensor.',
  'reason.unknown-quantity': 'The measured quantity has no rules here. Choose another one.',
  'reason.out-of-bounds': 'Outside the possible range of the quantity. Check the sensor.',
  'reason.too-few-samples': 'Too few samples, so it counts as zero. Keep the sensor running.',
  'reason.above-clear-sky':
    'More than a clear sky can give at this place and time. Check meter, place and clock.',
  'reason.sun-at-night': 'The sun was below the horizon. Check the device’s clock and place.',
  'reason.own-draw':
    'Within what the device itself consumes, so it counts as zero. Nothing needs to be done.',
  'reason.frozen-value': 'The value hasn’t changed for too long. Check that the sensor still measures.',
  'reason.repeated': 'Repeats the values of an earlier time. Check that the device sends new measurements.',
  'reason.interpolated': 'The values lie on a straight line, as if filled in. Send only what was measured.',
  'reason.spike': 'Rose briefly above what sky and neighbours allow. Check the meter.',
  'reason.dropout': 'The power was briefly gone, so it counts as zero. Check the connection.',
  'reason.jump': 'Changed by more than is possible. Check the sensor.',
} as const;
