import { expect } from 'chai';
import fc from 'fast-check';
import vectors from '../../../tests/vectors.json';
import { FormatError } from '../src/core';
import { decodeReport, encodeReport } from '../src/device';
import { decodeEpochMessage, decodeSettleData, encodeEpochMessage, encodeSettleData } from '../src/network';

/** One change of some bytes: a byte changed, put in or left out, an end cut off, or another sample's end put on. */
type Change = { kind: 'set' | 'insert' | 'remove' | 'cut' | 'splice'; at: number; value: number };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('set', 'set', 'insert', 'remove', 'cut', 'splice'),
  at: fc.nat(2000),
  // Ends of ranges and single bits are where decoders go wrong.
  value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff), fc.nat(255)),
});

function changed(samples: readonly Buffer[], sample: number, changes: readonly Change[]): Uint8Array {
  let bytes: Buffer = Buffer.from(samples[sample % samples.length]!);
  for (const { kind, at, value } of changes) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    if (kind === 'cut') bytes = before;
    else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(1)]);
    else if (kind === 'insert') bytes = Buffer.concat([before, Buffer.of(value), after]);
    else if (kind === 'set') bytes = Buffer.concat([before, Buffer.of(value), after.subarray(1)]);
    else bytes = Buffer.concat([before, samples[value % samples.length]!.subarray(place)]);
  }
  return Uint8Array.from(bytes);
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('samples changed at random', () => {
  const formats = {
    'a report': {
      samples: vectors.reports.map(({ bytes }) => hex(bytes)),
      again: (bytes: Uint8Array) => encodeReport(decodeReport(bytes)),
    },
    'an epoch message': {
      samples: vectors.epoch_messages.map(({ bytes }) => hex(bytes)),
      again: (bytes: Uint8Array) => encodeEpochMessage(decodeEpochMessage(bytes)),
    },
    'settle data': {
      samples: [...vectors.settle_data.good, ...vectors.settle_data.bad].map(({ bytes }) => hex(bytes)),
      again: (bytes: Uint8Array) => encodeSettleData(decodeSettleData(bytes)),
    },
  };

  for (const [name, { samples, again }] of Object.entries(formats)) {
    it(`as ${name}: read and written back byte by byte, or refused with a reason`, function () {
      this.timeout(60_000);
      let read = 0;
      fc.assert(
        fc.property(fc.nat(), fc.array(change, { maxLength: 4 }), (sample, changes) => {
          const bytes = changed(samples, sample, changes);
          try {
            expect(again(bytes)).to.deep.equal(bytes);
            read += 1;
          } catch (error) {
            if (!(error instanceof FormatError)) throw error;
          }
        }),
        { numRuns: 20_000 },
      );
      expect(read, 'some changes leave what can be read').to.be.greaterThan(1000);
    });
  }
});
