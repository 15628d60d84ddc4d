import { expect } from 'chai';
import fc from 'fast-check';
import { FormatError, fromHex, i32, i64, Reader, toHex, u8, u16, u32, u64 } from '../src/core';
import { decodeReport, encodeReport, MAX_REPORT_BYTES, type Report } from '../src/device';
import {
  decodeEpochMessage,
  decodeSettleData,
  EPOCH_MESSAGE_BYTES,
  type EpochMessage,
  encodeEpochMessage,
  encodeSettleData,
  type SettleData,
  type SettleSegment,
  settleWidth,
} from '../src/network';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const nodes = fc.uint8Array({ minLength: 40, maxLength: 40 });
const anyU32 = fc.integer({ min: 0, max: 0xffff_ffff });
const anyU64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const reports: fc.Arbitrary<Report> = fc.record({
  network: bytes32,
  index: anyU32,
  owner: bytes32,
  sequence: anyU64,
  start: fc.maxSafeNat(),
  seconds: anyU32,
  kind: fc.integer({ min: 1, max: 7 }),
  value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }),
  longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
  extra: fc.uint8Array({ maxLength: 255 }),
});

const epochMessages: fc.Arbitrary<EpochMessage> = fc.record({
  program: bytes32,
  genesisHash: bytes32,
  network: bytes32,
  birth: anyU64,
  committeeVersion: anyU32,
  epoch: anyU64,
  attempt: anyU32,
  ledgerRoot: bytes32,
  earnedTotal: anyU64,
  deviceCount: anyU32,
  registryHash: bytes32,
  usageRoot: bytes32,
  datasetHash: bytes32,
});

const bump = fc.integer({ min: 0, max: 255 });
const several = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 64 });
const segments: fc.Arbitrary<SettleSegment> = fc.oneof(
  fc.record({ kind: fc.constant('each' as const), leaves: several(fc.record({ bump, earned: anyU64 })) }),
  fc.record({ kind: fc.constant('fleet' as const), bump, earned: several(anyU64) }),
  fc.record({ kind: fc.constant('skip' as const), leaves: several(nodes) }),
);
const settleData: fc.Arbitrary<SettleData> = fc.record({
  first: anyU32,
  width: fc.constant(8),
  segments: fc.array(segments, { minLength: 1, maxLength: 4 }),
  proof: fc.array(nodes, { maxLength: 40 }),
});

const refuses = (act: () => unknown, code: string) =>
  expect(act).to.throw(FormatError).with.property('code', code);

function comesBack<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
) {
  fc.assert(
    fc.property(values, (value) => {
      expect(decode(encode(value))).to.deep.equal(value);
    }),
  );
}

/** Every byte less, and a byte more, is refused; so is any piece of it as a Buffer in the middle of other memory. */
function refusesOtherLengths<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
) {
  fc.assert(
    fc.property(values, fc.nat(10_000), (value, at) => {
      const bytes = encode(value);
      refuses(() => decode(bytes.slice(0, at % bytes.length)), 'truncated');
      refuses(() => decode(Uint8Array.of(...bytes, 0)), 'trailing-bytes');
      const pooled = Buffer.concat([new Uint8Array(3), bytes, new Uint8Array(3)]).subarray(
        3,
        3 + bytes.length,
      );
      expect(encode(decode(pooled))).to.deep.equal(bytes);
    }),
  );
}

describe('reports', () => {
  it('come back as they were encoded', () => comesBack(reports, encodeReport, decodeReport));
  it('are refused in another length', () => refusesOtherLengths(reports, encodeReport, decodeReport));

  const [usual] = fc.sample(reports, { numRuns: 1, seed: 1 }) as [Report];

  it('are at most MAX_REPORT_BYTES long', () => {
    expect(encodeReport({ ...usual, extra: new Uint8Array(255) }).length).to.equal(MAX_REPORT_BYTES);
    refuses(() => encodeReport({ ...usual, extra: new Uint8Array(256) }), 'out-of-range');
  });

  const bad: [string, Partial<Report>, string][] = [
    ['kind 0', { kind: 0 }, 'unknown-kind'],
    ['kind 8', { kind: 8 }, 'unknown-kind'],
    ['half a kind', { kind: 1.5 }, 'out-of-range'],
    ['a latitude off the globe', { latitude: 900_000_001 }, 'out-of-range'],
    ['a longitude off the globe', { longitude: -1_800_000_001 }, 'out-of-range'],
    ['a latitude that is no number', { latitude: Number.NaN }, 'out-of-range'],
    ['a start before 1970', { start: -1 }, 'out-of-range'],
    ['a start beyond exact numbers', { start: 2 ** 53 }, 'out-of-range'],
    ['a value beyond i64', { value: 2n ** 63n }, 'out-of-range'],
    ['a negative sequence', { sequence: -1n }, 'out-of-range'],
    ['a short owner', { owner: new Uint8Array(31) }, 'wrong-length'],
  ];
  for (const [name, change, code] of bad) {
    it(`are not encoded with ${name}`, () => {
      refuses(() => encodeReport({ ...usual, ...change }), code);
    });
  }

  it('are not decoded with another domain, kind or position', () => {
    const bytes = encodeReport(usual);
    const altered = (offset: number, ...values: number[]) => {
      const copy = bytes.slice();
      copy.set(values, offset);
      return copy;
    };
    const code = (input: Uint8Array, expected: string) => refuses(() => decodeReport(input), expected);
    code(altered(19, 0x32), 'wrong-domain');
    code(altered(103 + 5, 0), 'unknown-kind');
    code(altered(103 + 14, 0xff, 0xff, 0xff, 0x7f), 'out-of-range');
    code(altered(96, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'out-of-range');
  });
});

describe('epoch messages', () => {
  it('come back as they were encoded', () =>
    comesBack(epochMessages, encodeEpochMessage, decodeEpochMessage));
  it('are refused in another length', () =>
    refusesOtherLengths(epochMessages, encodeEpochMessage, decodeEpochMessage));
  it('have one length', () => {
    fc.assert(
      fc.property(epochMessages, (m) => {
        expect(encodeEpochMessage(m).length).to.equal(EPOCH_MESSAGE_BYTES);
      }),
    );
  });
});

describe('settle data', () => {
  it('comes back as it was encoded', () => comesBack(settleData, encodeSettleData, decodeSettleData));

  it('is refused with a byte more or less', () => {
    fc.assert(
      fc.property(settleData, (data) => {
        const bytes = encodeSettleData(data);
        // What is left of the proof's last hash stands behind the proof.
        const code = data.proof.length > 0 ? 'trailing-bytes' : 'truncated';
        refuses(() => decodeSettleData(bytes.slice(0, -1)), code);
        refuses(() => decodeSettleData(Uint8Array.of(...bytes, 0)), 'trailing-bytes');
      }),
    );
  });

  it('takes the fewest bytes that hold every amount, and no fewer', () => {
    fc.assert(
      fc.property(settleData, (data) => {
        const width = settleWidth(data.segments);
        const bytes = encodeSettleData({ ...data, width });
        expect(decodeSettleData(bytes).segments).to.deep.equal(data.segments);
        if (width > 1) refuses(() => encodeSettleData({ ...data, width: width - 1 }), 'out-of-range');
      }),
    );
    const widthOf = (amount: bigint) => settleWidth([{ kind: 'fleet', bump: 0, earned: [amount] }]);
    expect([0n, 255n, 256n, 2n ** 64n - 1n].map(widthOf)).to.deep.equal([1, 1, 2, 8]);
    refuses(() => widthOf(2n ** 64n), 'out-of-range');
  });

  it('is not made of empty or overlong segments', () => {
    const data = (earned: bigint[]): SettleData => ({
      ...{ first: 0, width: 1, proof: [] },
      segments: [{ kind: 'fleet', bump: 0, earned }],
    });
    refuses(() => encodeSettleData(data([])), 'out-of-range');
    refuses(() => encodeSettleData(data(Array(65).fill(0n))), 'out-of-range');
    refuses(() => encodeSettleData({ ...data([]), segments: [] }), 'out-of-range');
  });
});

describe('bytes', () => {
  it('are little-endian, in two’s complement where signed', () => {
    const encoded = [u8(1), u16(2), u32(3), u64(4n), i32(-2), i64(-2n)].map(toHex);
    expect(encoded).to.deep.equal([
      ...['01', '0200', '03000000', '0400000000000000'],
      ...['feffffff', 'feffffffffffffff'],
    ]);
  });

  it('refuse numbers that do not fit', () => {
    const bad = [
      ...[() => u8(256), () => u8(-1), () => u16(65536), () => u32(2 ** 32), () => u32(0.5)],
      ...[
        () => u64(-1n),
        () => u64(2n ** 64n),
        () => i32(2 ** 31),
        () => i64(2n ** 63n),
        () => i64(-(2n ** 63n) - 1n),
      ],
    ];
    for (const act of bad) refuses(act, 'out-of-range');
  });

  it('come back from hex, lower-case only', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).to.deep.equal(bytes);
      }),
    );
    for (const bad of ['0', 'AA', '0x', 'zz', ' 00']) refuses(() => fromHex(bad), 'invalid-hex');
  });

  it('are read to the end and not beyond', () => {
    const reader = new Reader(Uint8Array.of(1, 2, 3));
    expect(reader.u16()).to.equal(0x0201);
    refuses(() => reader.u32(), 'truncated');
    refuses(() => reader.end(), 'trailing-bytes');
    expect(reader.u8()).to.equal(3);
    reader.end();
  });
});
