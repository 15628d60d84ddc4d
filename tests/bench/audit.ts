import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromHex, PROGRAM_ID, sha256 } from '@commonwire/sdk';
import { PublicKey } from '@solana/web3.js';
import { audit } from '../../app/cli/src/auditing/audit';
import { downloadFrom } from '../../app/cli/src/auditing/download';
import type { AuditedNetwork } from '../../app/cli/src/auditing/subject';
import { type CloseResult, close, genesis, type SignedReport } from '../../oracle/src/domain';
import {
  cellAt,
  closeInput,
  HOUR,
  identity,
  makeDevice,
  NOON,
  registryOf,
  signed,
} from '../../oracle/test/domain/support';
import type { Suite } from './figures';

const DEVICES = 100_000;
/** Devices to a degree: one each in cells of its own, about 500 m apart. */
const GRID = 200;
const EMISSION = { maxSupply: 1n << 60n, epochCap: 1n << 50n, halvingEpochs: 0n };

/** Seconds in which `commonwire audit` repeats an epoch of 100,000 devices with a report each, from its files on. */
export const auditSuite: Suite = async (progress) => {
  progress(`closing two epochs of ${DEVICES} devices`);
  const folder = mkdtempSync(join(tmpdir(), 'commonwire-bench-audit-'));
  try {
    const network = publishTwo(folder);
    const quiet = () => {};
    progress('auditing the second');
    const [start, before] = [process.hrtime.bigint(), process.cpuUsage()];
    const { checks } = await audit({
      network,
      epoch: 2,
      download: downloadFrom(folder, quiet),
      progress: quiet,
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { user, system } = process.cpuUsage(before);
    const failed = checks.find(({ holds }) => !holds);
    if (failed) throw new Error(failed.detail);
    const rounded = (value: number) => Math.round(value * 100) / 100;
    return [
      { name: 'audit.100k.seconds', value: rounded(seconds), unit: 's' },
      { name: 'audit.100k.cpu_seconds', value: rounded((user + system) / 1e6), unit: 's' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Leaves nothing in memory of what was closed: whoever audits doesn't have it either. */
function publishTwo(folder: string): AuditedNetwork {
  const results = closeTwo();
  for (const { parts, manifestBytes, datasetHash } of results)
    for (const { sha256: name, bytes } of [...parts, { sha256: datasetHash, bytes: manifestBytes }])
      writeFileSync(join(folder, name), gzipSync(bytes, { level: 1 }));
  return posted(results.at(-1)!);
}

function closeTwo(): CloseResult[] {
  const places = Array.from({ length: DEVICES }, (_, i) => ({
    latitude: 39 + Math.floor(i / GRID) / GRID,
    longitude: -105 + (i % GRID) / GRID,
  }));
  const devices = places.map((place, index) =>
    makeDevice(index, {
      owner: sha256(Buffer.from(`owner ${index}`)),
      h3Cell: cellAt(place),
    }),
  );
  const registry = registryOf(devices);
  const program = PROGRAM_ID.toBytes();
  const results: CloseResult[] = [];
  for (let epoch = 1; epoch <= 2; epoch++) {
    const reports = devices.map((device, i): SignedReport => {
      const latitude = Math.round(places[i]!.latitude * 1e7);
      const longitude = Math.round(places[i]!.longitude * 1e7);
      const start = NOON + (epoch - 1) * 900;
      return signed(device, { latitude, longitude, start, value: BigInt(600 + (i % 600)) });
    });
    const previous = results.at(-1)?.next ?? genesis;
    const limits = { epoch: `${EMISSION.epochCap}`, device: '1000000000000' };
    const input = closeInput(registry, reports, { previous, limits }, NOON + HOUR * epoch);
    // Signed here a moment ago: only the audit verifies.
    results.push(close({ ...input, identity: { ...identity, program }, verify: () => true }));
  }
  return results;
}

/** The network's account once this epoch is promoted. */
function posted({ manifest, ledgerRoot, usageRoot, earnedTotal, datasetHash }: CloseResult): AuditedNetwork {
  const { epoch, cut } = manifest;
  const registryHash = fromHex(cut.registry_hash);
  const deviceCount = cut.device_count;
  return {
    address: new PublicKey(identity.network),
    birth: identity.birth,
    committee: { version: 1, threshold: 1, keys: [] },
    cuts: [],
    pending: null,
    emission: EMISSION,
    initialSupply: 0n,
    current: {
      epoch: BigInt(epoch),
      ledgerRoot,
      earnedTotal,
      deviceCount,
      registryHash,
      usageRoot,
      datasetHash: fromHex(datasetHash),
      promotedAt: 0n,
    },
  };
}
