import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromHex } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import { audit } from '../../app/cli/src/auditing/audit';
import { downloadFrom } from '../../app/cli/src/auditing/download-from';
import { startVerifier } from '../../app/cli/src/auditing/signatures';
import type { AuditedNetwork } from '../../app/cli/src/auditing/subject';
import { type CloseResult, close, genesis } from '../../oracle/src/domain';
import { identity } from '../../oracle/test/domain/support';
import { decimals, type Suite, timed } from './figures';
import { EMISSION, Fleet } from './fleet';

const DEVICES = 100_000;

/**
 * Measures how long `commonwire audit` takes to repeat an epoch of 100,000 devices with one report each, from files.
 */
export const auditSuite: Suite = async (progress) => {
  progress(`closing two epochs of ${DEVICES} devices`);
  const folder = mkdtempSync(join(tmpdir(), 'commonwire-bench-audit-'));
  try {
    const network = publishTwo(folder);
    const quiet = () => {};
    progress('auditing the second');
    const request = {
      network,
      epoch: 2,
      download: downloadFrom(folder, quiet),
      progress: quiet,
      // It has no market.
      markets: async () => ({ markets: [], pending: undefined }),
      startVerifier: (total: number) => startVerifier(total, quiet),
    };
    const before = process.cpuUsage();
    const { value, seconds } = await timed(() => audit(request));
    const { user, system } = process.cpuUsage(before);
    const failed = value.checks.find(({ holds }) => !holds);
    if (failed) throw new Error(failed.detail);
    return [
      { name: 'audit.100k.seconds', value: decimals(seconds, 2), unit: 's' },
      { name: 'audit.100k.cpu_seconds', value: decimals((user + system) / 1e6, 2), unit: 's' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Publishes two epochs to a folder and keeps nothing in memory, since an auditor doesn't have the data either. */
function publishTwo(folder: string): AuditedNetwork {
  const results = closeTwo();
  for (const { parts, manifestBytes, datasetHash } of results)
    for (const { sha256: name, bytes } of [...parts, { sha256: datasetHash, bytes: manifestBytes }])
      writeFileSync(join(folder, name), gzipSync(bytes, { level: 1 }));
  return posted(results.at(-1)!);
}

function closeTwo(): CloseResult[] {
  const fleet = new Fleet(DEVICES);
  const results: CloseResult[] = [];
  for (let epoch = 1; epoch <= 2; epoch++) {
    const input = fleet.input(results.at(-1)?.next ?? genesis);
    // The reports were just signed here, so only the audit verifies them.
    results.push(close({ ...input, verify: () => true }));
  }
  return results;
}

/** Returns the network's account after this epoch is promoted. */
function posted({ manifest, ledgerRoot, usageRoot, earnedTotal, datasetHash }: CloseResult): AuditedNetwork {
  const { epoch, cut } = manifest;
  const registryHash = fromHex(cut.registry_hash);
  const deviceCount = cut.device_count;
  return {
    address: new PublicKey(identity.network),
    birth: identity.birth,
    genesisHash: identity.genesisHash,
    committee: { version: 1, threshold: 1, keys: [], bonds: [] },
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
      cutTime: 0n,
      promotedAt: 0n,
    },
  };
}
