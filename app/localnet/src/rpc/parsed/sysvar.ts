import { toBase58 } from '../../encoding';
import { ByteReader, Unparsable } from './byte-reader';

const feeCalculator = (reader: ByteReader) => ({ lamportsPerSignature: reader.u64().toString() });

const SLOT_HISTORY_WORDS = 16_384;

/** One digit for each slot of the history, the oldest first. */
function slotHistory(reader: ByteReader) {
  if (!reader.bool()) throw new Unparsable('no history');
  const words = reader.u64();
  if (words !== BigInt(SLOT_HISTORY_WORDS)) throw new Unparsable(`${words} words`);
  const bits = reader.bytes(SLOT_HISTORY_WORDS * 8);
  reader.u64();
  const digits = Array.from(bits, (byte) => byte.toString(2).padStart(8, '0').split('').reverse().join(''));
  return { nextSlot: reader.u64(), bits: digits.join('') };
}

/** Name in JSON and parser by address. */
const SYSVARS: Readonly<Record<string, readonly [type: string, parse: (reader: ByteReader) => unknown]>> = {
  SysvarC1ock11111111111111111111111111111111: [
    'clock',
    (reader) => {
      const slot = reader.u64();
      const epochStartTimestamp = reader.i64();
      const epoch = reader.u64();
      const leaderScheduleEpoch = reader.u64();
      return { slot, epoch, epochStartTimestamp, leaderScheduleEpoch, unixTimestamp: reader.i64() };
    },
  ],
  SysvarEpochSchedu1e111111111111111111111111: [
    'epochSchedule',
    (reader) => ({
      slotsPerEpoch: reader.u64(),
      leaderScheduleSlotOffset: reader.u64(),
      warmup: reader.bool(),
      firstNormalEpoch: reader.u64(),
      firstNormalSlot: reader.u64(),
    }),
  ],
  SysvarFees111111111111111111111111111111111: [
    'fees',
    (reader) => ({ feeCalculator: feeCalculator(reader) }),
  ],
  SysvarRecentB1ockHashes11111111111111111111: [
    'recentBlockhashes',
    (reader) =>
      reader.list(reader.u64(), () => ({ blockhash: reader.key(), feeCalculator: feeCalculator(reader) })),
  ],
  SysvarRent111111111111111111111111111111111: [
    'rent',
    (reader) => ({ lamportsPerByte: reader.u64().toString() }),
  ],
  SysvarRewards111111111111111111111111111111: [
    'rewards',
    (reader) => {
      const validatorPointValue = reader.f64();
      reader.f64();
      return { validatorPointValue };
    },
  ],
  SysvarS1otHashes111111111111111111111111111: [
    'slotHashes',
    (reader) => reader.list(reader.u64(), () => ({ slot: reader.u64(), hash: reader.key() })),
  ],
  SysvarS1otHistory11111111111111111111111111: ['slotHistory', slotHistory],
  SysvarStakeHistory1111111111111111111111111: [
    'stakeHistory',
    (reader) =>
      reader.list(reader.u64(), () => ({
        epoch: reader.u64(),
        stakeHistory: { effective: reader.u64(), activating: reader.u64(), deactivating: reader.u64() },
      })),
  ],
  SysvarLastRestartS1ot1111111111111111111111: [
    'lastRestartSlot',
    (reader) => ({ lastRestartSlot: reader.u64() }),
  ],
  SysvarEpochRewards1111111111111111111111111: [
    'epochRewards',
    (reader) => ({
      distributionStartingBlockHeight: reader.u64(),
      numPartitions: reader.u64(),
      parentBlockhash: reader.key(),
      totalPoints: reader.u128().toString(),
      totalRewards: reader.u64().toString(),
      distributedRewards: reader.u64().toString(),
      active: reader.bool(),
    }),
  ],
};

/** Encodes a sysvar account. @throws {@link Unparsable} */
export function parseSysvar(data: Buffer, address: Buffer): { type: string; info: unknown } {
  const [type, parse] = SYSVARS[toBase58(address)] ?? [];
  if (!type || !parse) throw new Unparsable('no known sysvar');
  return { type, info: parse(new ByteReader(data)) };
}
