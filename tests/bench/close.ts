import { unpackDeviceKey, verifySignature } from '@commonwire/sdk/core';
import { type CloseInput, close, genesis, readPage } from '../../oracle/src/domain';
import { decimals, type Suite, timed } from './figures';
import { Fleet } from './fleet';

const DEVICES = 1_000_000;
/** Number of signatures from which the rate is measured. */
const SIGNATURES = 20_000;

/**
 * Measures closing the second epoch of a million devices with one report each: from logs and state in memory to the
 * dataset's bytes and the ledger. Signatures are measured separately.
 */
export const closeSuite: Suite = async (progress) => {
  progress(`registering ${DEVICES} devices`);
  const fleet = new Fleet(DEVICES);
  progress('closing their first epoch');
  const { next } = close({ ...fleet.input(genesis), verify: () => true });
  progress('signing reports of the next');
  const input = fleet.input(next);
  progress('closing it');
  const { value, seconds } = await timed(() => close({ ...input, verify: () => true }));
  const heap = process.memoryUsage().heapUsed / 1e6;
  const bytes = value.parts.reduce((sum, part) => sum + part.bytes.length, 0);
  return [
    { name: 'close.1m.seconds', value: decimals(seconds, 1), unit: 's' },
    { name: 'close.1m.heap', value: Math.round(heap), unit: 'MB' },
    { name: 'close.1m.bytes_per_device', value: Math.round(bytes / DEVICES), unit: 'bytes' },
    { name: 'close.signatures_per_second', value: await signatureRate(input), unit: 'signatures/s' },
  ];
};

/** Measures how many Ed25519 signatures a core verifies per second with a close's strict check. */
async function signatureRate({ logs, registry, cut }: CloseInput): Promise<number> {
  const view = registry.at(cut.registry_hash, 1);
  const reports = readPage(Buffer.concat(logs[0]!.runs[0]!.pages));
  const checks = Array.from(reports, ({ bytes, signature }, index) => {
    const { keyType, deviceKey } = view.device(index)!;
    const publicKey = unpackDeviceKey(keyType, deviceKey);
    return { keyType, publicKey, message: bytes, signature };
  }).slice(0, SIGNATURES);
  const { value, seconds } = await timed(() => checks.every(verifySignature));
  if (!value) throw new Error('a signature of the fleet is not valid');
  return Math.round(SIGNATURES / seconds);
}
