import { ascii, concat, ed25519KeyPair, p256PublicKey, signEd25519 } from '@commonwire/sdk/core';
import { balanceOf, encodeRegisters, encodeReport, type Report, reportHash } from '@commonwire/sdk/device';
import {
  type EpochMessage,
  encodeEpochMessage,
  encodeSettleData,
  nodeOf,
  type SettleData,
  type SettleSegment,
} from '@commonwire/sdk/network';
import { signDeterministically } from './p256';
import { derived, derivedU64 } from './seeds';

/** Epoch messages and their bytes. */
export function epochMessageVectors() {
  const usual: EpochMessage = {
    program: derived('program'),
    network: derived('network'),
    genesisHash: derived('genesis'),
    birth: 312_345_678n,
    committeeVersion: 3,
    epoch: 42n,
    attempt: 1,
    ledgerRoot: derived('ledger root'),
    earnedTotal: 1_234_567_890_123n,
    deviceCount: 1025,
    registryHash: derived('registry hash'),
    usageRoot: new Uint8Array(32),
    datasetHash: derived('dataset'),
  };
  const greatest = { birth: 2n ** 64n - 1n, epoch: 2n ** 64n - 1n, earnedTotal: 2n ** 64n - 1n };
  const counts = { committeeVersion: 0xffff_ffff, attempt: 0xffff_ffff, deviceCount: 0xffff_ffff };
  return [usual, { ...usual, ...greatest, ...counts }].map((message) => ({
    ...message,
    bytes: encodeEpochMessage(message),
  }));
}

/** Reports with their bytes, hashes and signatures of both schemes. */
export function reportVectors() {
  const usual: Report = {
    network: derived('network'),
    index: 7,
    owner: derived('owner 7'),
    sequence: 1441n,
    start: 1_642_680_000,
    seconds: 900,
    kind: 1,
    value: 1234n,
    latitude: 397_407_000,
    longitude: -1_051_686_000,
    extra: new Uint8Array(0),
  };
  const least = {
    sequence: 0n,
    start: 0,
    seconds: 0,
    value: -(2n ** 63n),
    latitude: -900_000_000,
    longitude: 0,
  };
  const most = { index: 0xffff_ffff, sequence: 2n ** 64n - 1n, start: Number.MAX_SAFE_INTEGER, kind: 7 };
  const extra = new Uint8Array(255).map((_, i) => i);
  const registers = { exported: 50, imported: 300 };
  const reports = [
    usual,
    { ...usual, ...least, index: 0, kind: 4, extra: ascii('co2') },
    { ...usual, ...most, extra },
    { ...usual, kind: 5, value: balanceOf(registers), extra: encodeRegisters(registers) },
  ];
  const seeds = { ed25519: derived('vector 1'), p256: derived('vector 3') };
  return reports.map((report) => {
    const bytes = encodeReport(report);
    return {
      ...report,
      bytes,
      hash: reportHash(bytes),
      ed25519: {
        publicKey: ed25519KeyPair(seeds.ed25519).publicKey,
        signature: signEd25519(bytes, seeds.ed25519),
      },
      p256: { publicKey: p256PublicKey(seeds.p256), signature: signDeterministically(bytes, seeds.p256) },
    };
  });
}

/** Settle data with all kinds of segments and widths, and invalid bytes. */
export function settleVectors() {
  const amounts = (width: number, count: number) =>
    Array.from({ length: count }, (_, i) => derivedU64(`amount ${i}`) >> BigInt(64 - 8 * width));
  const each = (width: number, count: number): SettleSegment => ({
    kind: 'each',
    leaves: amounts(width, count).map((earned, i) => ({ bump: 255 - i, earned })),
  });
  const fleet = (width: number, count: number): SettleSegment => ({
    ...{ kind: 'fleet', bump: 254 },
    earned: amounts(width, count),
  });
  const skip = (count: number): SettleSegment => ({
    kind: 'skip',
    leaves: Array.from({ length: count }, (_, i) => nodeOf(BigInt(i), derived(`leaf ${i}`))),
  });
  const proof = (count: number) =>
    Array.from({ length: count }, (_, i) => nodeOf(BigInt(i), derived(`proof ${i}`)));
  const good: SettleData[] = [
    { first: 0, width: 1, segments: [each(1, 1)], proof: [] },
    { first: 31, width: 5, segments: [each(5, 32)], proof: proof(15) },
    { first: 1024, width: 8, segments: [fleet(8, 64)], proof: proof(14) },
    {
      first: 7,
      width: 3,
      segments: [each(3, 2), skip(1), fleet(3, 4), skip(2), each(3, 1)],
      proof: proof(3),
    },
    { first: 0xffff_ffff, width: 2, segments: [skip(1)], proof: proof(32) },
  ];
  const [simple, usual] = good.map((data) => encodeSettleData(data)) as [Uint8Array, Uint8Array];
  const altered = (offset: number, value: number) => simple.map((byte, i) => (i === offset ? value : byte));
  return {
    good: good.map((data) => ({ ...data, bytes: encodeSettleData(data) })),
    bad: [
      { name: 'empty', bytes: new Uint8Array(0), code: 'truncated' },
      { name: 'width zero', bytes: altered(4, 0), code: 'out-of-range' },
      { name: 'width nine', bytes: altered(4, 9), code: 'out-of-range' },
      { name: 'no segment', bytes: altered(5, 0), code: 'out-of-range' },
      { name: 'a segment missing', bytes: altered(5, 2), code: 'truncated' },
      { name: 'segment of kind 3', bytes: altered(6, 0xc0), code: 'unknown-segment' },
      { name: 'a leaf missing', bytes: altered(6, 1), code: 'truncated' },
      { name: 'a trailing byte', bytes: concat(usual, Uint8Array.of(0)), code: 'trailing-bytes' },
      { name: 'half a hash', bytes: usual.slice(0, -16), code: 'trailing-bytes' },
    ],
  };
}
