import type { CloseResult } from './close';
import { describeDifference, findDifference } from './difference';
import { DomainError } from './errors';
import { readRewardLine, readStateLine } from './lines';
import { datasetHash, parseAnyManifest } from './manifest';
import { keptMetered, type MarketState, readMeteredLine, readUsageLine } from './market';
import { linesOf, type PartSource } from './parts';
import { repeatDataset, type VerifyDatasetInput } from './repeat';
import { DeviceStates } from './shard/states';
import type { PreviousState } from './state';
import type { AnyManifest, DeviceState, PartReference } from './types';

/**
 * Reads a published dataset into the state that the next close starts from. Checks hashes and formats but not the
 * rules; for those see {@link verifyDataset}.
 * @throws DomainError `bad-manifest`, `bad-part`, `bad-line`
 */
export function previousState(manifestBytes: Uint8Array, part: PartSource): PreviousState {
  const manifest = parseAnyManifest(manifestBytes);
  const earned = new BigUint64Array(manifest.cut.device_count);
  let count = 0;
  for (const line of linesOf(manifest.parts.rewards, part)) {
    const reward = readRewardLine(line);
    if (reward.index !== count || count >= earned.length)
      throw new DomainError('bad-line', 'rewards are not in order');
    earned[count++] = reward.earned;
  }
  if (count !== earned.length)
    throw new DomainError('bad-part', `${count} rewards for ${earned.length} devices`);
  const devices = DeviceStates.from(statesOf(linesOf(manifest.parts.state, part)), manifest.shard_bits);
  const { epoch, horizon, heads } = manifest;
  const { registry } = manifest.parts;
  const market = marketState(manifest, part);
  return {
    datasetHash: datasetHash(manifestBytes),
    epoch,
    horizon,
    heads,
    registry,
    earned,
    devices,
    ...(market && { market }),
  };
}

/** The parts that {@link previousState} reads. */
export const partsOfState = ({ parts }: Pick<AnyManifest, 'parts'>): readonly PartReference[] => [
  ...parts.rewards,
  ...parts.state,
  ...(parts.metered ?? []),
  ...(parts.usage ?? []),
];

/** What the next epoch's clearing starts from; undefined without a market. @throws DomainError `bad-line` */
function marketState({ markets, parts }: AnyManifest, part: PartSource): MarketState | undefined {
  if (!markets) return undefined;
  const cleared = markets.map(({ address, cleared_until }) => ({ market: address, until: cleared_until }));
  const metered = Array.from(linesOf(parts.metered ?? [], part), readMeteredLine);
  const usage = Array.from(linesOf(parts.usage ?? [], part), readUsageLine);
  return { cleared, metered: keptMetered(metered, cleared), usage };
}

/** @throws DomainError `bad-line` */
function* statesOf(lines: Iterable<string>): Generator<DeviceState> {
  let last = -1;
  for (const line of lines) {
    const state = readStateLine(line);
    if (state.index <= last) throw new DomainError('bad-line', 'states are not in order');
    last = state.index;
    yield state;
  }
}

/**
 * Repeats an epoch from its dataset and the previous one, and compares every byte. The caller must check that the
 * manifest's network, program, cut, limits, policy and hash match the chain and that its oracles are in the committee.
 * @throws DomainError `bad-dataset` whose message begins with the first wrong field; errors from reading the dataset
 */
export function verifyDataset(input: VerifyDatasetInput): CloseResult {
  const repeated = repeatDataset(input);
  const difference = findDifference(repeated, input);
  if (difference) throw new DomainError('bad-dataset', describeDifference(difference));
  return repeated.result;
}
