import { ByteReader, Unparsable } from './byte-reader';

const meta = (reader: ByteReader) => ({
  rentExemptReserve: reader.u64().toString(),
  authorized: { staker: reader.key(), withdrawer: reader.key() },
  lockup: { unixTimestamp: reader.i64(), epoch: reader.u64(), custodian: reader.key() },
});

function delegation(reader: ByteReader) {
  const shown = {
    voter: reader.key(),
    stake: reader.u64().toString(),
    activationEpoch: reader.u64().toString(),
    deactivationEpoch: reader.u64().toString(),
  };
  // The former warm-up rate, which validators no longer show.
  reader.f64();
  return shown;
}

/** Encodes an account of the stake program. @throws {@link Unparsable} */
export function parseStake(data: Buffer): { type: string; info?: unknown } {
  const reader = new ByteReader(data);
  switch (reader.u32()) {
    case 0:
      return { type: 'uninitialized' };
    case 1:
      return { type: 'initialized', info: { meta: meta(reader), stake: null } };
    case 2: {
      const info = {
        meta: meta(reader),
        stake: { delegation: delegation(reader), creditsObserved: reader.u64() },
      };
      return { type: 'delegated', info };
    }
    case 3:
      return { type: 'rewardsPool' };
    default:
      throw new Unparsable('no stake account');
  }
}
