import { toHex } from '@commonwire/sdk/core';
import type { EpochState, NetworkAccount } from '@commonwire/sdk/network';
import { CliError } from '../errors';
import { type Check, fails, holds } from '../verification/check';
import type { Download } from './download';

/** What of a network's account an audit compares with. */
export type AuditedNetwork = Pick<
  NetworkAccount,
  | 'address'
  | 'birth'
  | 'genesisHash'
  | 'committee'
  | 'cuts'
  | 'current'
  | 'pending'
  | 'emission'
  | 'initialSupply'
>;

/** The epoch to audit: what the chain says of it, and the manifest served as its. */
export interface Subject {
  readonly epoch: number;
  /** What is posted under the epoch; null for one before the current, of which the chain keeps nothing. */
  readonly posted: EpochState | null;
  /** Hex SHA-256 that the manifest must have: as on chain, or as the next manifest names it. */
  readonly datasetHash: string;
  /** Where that hash stands. */
  readonly anchor: string;
}

/** Which epoch the chain is at, in words. */
const latest = ({ pending, current }: AuditedNetwork): string =>
  pending ? `epoch ${pending.epoch} waits to be promoted` : `the latest epoch is ${current.epoch}`;

/**
 * Finds an epoch's dataset: the pending and the current one's hash is on chain; each manifest names the one before, so
 * that any earlier one follows from the current.
 * @returns a failed check where a manifest on the way back isn't the one that was named
 * @throws CliError `not-promoted`, `not-posted`; what downloading throws
 */
export async function findSubject(
  network: AuditedNetwork,
  epoch: number,
  download: Download,
): Promise<Subject | Check> {
  const { current, pending, address } = network;
  const posted = [pending, current].find((state) => state && state.epoch === BigInt(epoch));
  if (posted) {
    const anchor = `on chain, ${posted === pending ? 'pending' : 'current'}`;
    return { epoch, posted, datasetHash: toHex(posted.datasetHash), anchor };
  }
  if (current.epoch === 0n && !pending)
    throw new CliError('not-promoted', `network ${address} has not posted an epoch yet: nothing to audit`);
  if (BigInt(epoch) > current.epoch)
    throw new CliError(
      'not-posted',
      `epoch ${epoch} of network ${address} isn't posted yet: ${latest(network)}`,
    );
  let named = toHex(current.datasetHash);
  for (let at = Number(current.epoch); at > epoch; at--) {
    const place = at === Number(current.epoch) ? 'on chain' : `in the manifest of epoch ${at + 1}`;
    const bytes = await download({ what: 'manifest', epoch: at, sha256: named, anchor: place });
    const previous = previousOf(bytes.content);
    if (bytes.sha256 !== named || previous === undefined) {
      const found = bytes.sha256 === named ? 'names none before it' : `has SHA-256 ${bytes.sha256}`;
      return fails(
        'dataset',
        `hash chain: what is served as the manifest of epoch ${at}, ${named} ${place}, ${found}`,
      );
    }
    named = previous;
  }
  const steps = Number(current.epoch) - epoch;
  const anchor = `named by the manifest of epoch ${epoch + 1}, ${steps} back from the hash on chain`;
  return { epoch, posted: null, datasetHash: named, anchor };
}

/** Hash of the manifest before; undefined for bytes that name none. */
function previousOf(manifest: Uint8Array): string | undefined {
  try {
    const { previous } = JSON.parse(new TextDecoder().decode(manifest)) as { previous?: unknown };
    return typeof previous === 'string' && /^[0-9a-f]{64}$/.test(previous) ? previous : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the manifest is the one that oracles signed. */
export function checkManifest({ epoch, datasetHash, anchor }: Subject, found: string): Check {
  const named = `${datasetHash.slice(0, 16)}… ${anchor}`;
  return found === datasetHash
    ? holds('dataset', `the manifest of epoch ${epoch} has the SHA-256 ${named}`)
    : fails(
        'dataset',
        `the manifest of epoch ${epoch} has SHA-256 ${found.slice(0, 16)}…, not ${named}: it was altered`,
      );
}
