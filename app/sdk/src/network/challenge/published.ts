import { PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { equal, fromHex, toHex } from '../../core/bytes';
import { FormatError } from '../../core/errors';
import { sha256 } from '../../core/hash';
import type { EpochState } from '../accounts';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../merkle/ledger';
import { ChallengeError } from './examine';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const manifestSchema = z.object({ parts: z.object({ rewards: z.array(z.object({ sha256: hash })) }) });
const rewardSchema = z.object({
  index: z.number(),
  owner: z.string(),
  earned: z.string().regex(/^(0|[1-9][0-9]{0,19})$/),
});

/**
 * Reads the ledger of an epoch, by device index, from its published dataset. The server is not trusted: manifest and parts
 * must match their hashes, and the ledger must lead to the root.
 * @param epoch the epoch on chain, pending or current; before the first one the ledger is empty
 * @param read bytes by their SHA-256, lower-case hex; what it throws is passed on
 * @throws ChallengeError `ledger-differs` if the published dataset doesn't belong to the root on chain
 */
export async function readPublishedLedger(
  epoch: Pick<EpochState, 'epoch' | 'datasetHash' | 'ledgerRoot' | 'deviceCount'>,
  read: (sha256: string) => Promise<Uint8Array>,
): Promise<LedgerEntry[]> {
  if (epoch.epoch === 0n) return [];
  const differs = (why: string, cause?: unknown) =>
    new ChallengeError('ledger-differs', `the dataset of epoch ${epoch.epoch}: ${why}`, { cause });
  const checked = async (name: string) => {
    const bytes = await read(name);
    if (!equal(sha256(bytes), fromHex(name))) throw differs(`what is served as ${name} has another hash`);
    return new TextDecoder().decode(bytes);
  };
  const manifestText = await checked(toHex(epoch.datasetHash));
  try {
    const { parts } = manifestSchema.parse(JSON.parse(manifestText));
    const entries: LedgerEntry[] = [];
    const owners = new Map<string, Uint8Array>();
    for (const { sha256: part } of parts.rewards)
      for (const line of (await checked(part)).split('\n'))
        if (line !== '') entries.push(readEntry(line, entries.length, owners));
    const { root, deviceCount } = LedgerTree.fromLeaves(ledgerLeaves(entries));
    if (deviceCount === epoch.deviceCount && equal(root, epoch.ledgerRoot)) return entries;
    throw differs(`its ${entries.length} devices lead to another root than the chain's`);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof FormatError)
      throw differs(`it can't be read: ${error.message}`, error);
    throw error;
  }
}

/** @param owners already decoded addresses: a few owners have many devices, and decoding is slow */
function readEntry(line: string, index: number, owners: Map<string, Uint8Array>): LedgerEntry {
  const reward = rewardSchema.parse(JSON.parse(line));
  if (reward.index !== index)
    throw new FormatError('out-of-range', `device ${reward.index} stands where ${index} should`);
  const owner = owners.get(reward.owner) ?? decodeAddress(reward.owner);
  owners.set(reward.owner, owner);
  return { owner, earned: BigInt(reward.earned) };
}

function decodeAddress(text: string): Uint8Array {
  try {
    return new PublicKey(text).toBytes();
  } catch (cause) {
    throw new FormatError('wrong-length', `${text} is not an address`, { cause });
  }
}
