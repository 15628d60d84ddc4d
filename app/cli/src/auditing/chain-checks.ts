import type { Manifest } from '@commonwire/oracle/domain';
import { toHex } from '@commonwire/sdk/core';
import { epochCapOf, PROGRAM_ID } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { type Check, fails, holds } from '../verification/check';
import type { AuditedNetwork, Subject } from './subject';

/** A manifest field, its value there and its value on chain. */
type Pair = readonly [field: string, said: string | number, onChain: string | number | undefined];

/**
 * Compares every manifest field that is also on chain.
 * @param earned what all devices had earned before the epoch
 */
export function chainChecks(
  network: AuditedNetwork,
  { epoch, posted }: Subject,
  manifest: Manifest,
  earned: bigint,
): Check[] {
  const cut = network.cuts.find((one) => one.epoch === BigInt(epoch));
  const { cut: said, limits, totals } = manifest;
  const pairs: Pair[] = [
    ['network', manifest.network, network.address.toBase58()],
    ['program', manifest.program, PROGRAM_ID.toBase58()],
    ['genesis_hash', manifest.genesis_hash, toHex(network.genesisHash)],
    ['birth', manifest.birth, `${network.birth}`],
    ['cut.device_count', said.device_count, posted?.deviceCount],
    ['cut.registry_hash', said.registry_hash, posted && toHex(posted.registryHash)],
    ['cut.time', said.time, cut && Number(cut.time)],
    ['limits.epoch', limits.epoch, `${epochLimit(network, epoch, earned)}`],
    ['limits.device', limits.device, cut && `${cut.deviceEpochCap}`],
    ['totals.earned_total', totals.earned_total, posted && `${posted.earnedTotal}`],
    ['ledger_root', manifest.ledger_root, posted && toHex(posted.ledgerRoot)],
    ['usage_root', manifest.usage_root, posted && toHex(posted.usageRoot)],
  ].map(([field, is, chain]) => [field, is, chain ?? undefined] as Pair);
  const known = pairs.filter(([, , onChain]) => onChain !== undefined);
  const wrong = known.find(([, is, onChain]) => is !== onChain);
  const agrees = wrong
    ? fails('network', `${wrong[0]}: says ${wrong[1]}, but on chain it is ${wrong[2]}`)
    : holds('network', `matches the chain in ${known.map(([field]) => field).join(', ')}`);
  return [agrees, ...committeeCheck(network, manifest)];
}

/** Returns the most that an epoch may earn: its cap, or the supply that is left if that is less. */
function epochLimit({ emission, initialSupply }: AuditedNetwork, epoch: number, earned: bigint): bigint {
  const left = emission.maxSupply - initialSupply - earned;
  const cap = epochCapOf(emission, BigInt(epoch));
  return cap < left ? cap : left;
}

/** Checks that every log is a committee member's. The chain keeps no earlier committees, so those aren't checked. */
function committeeCheck({ committee, pending }: AuditedNetwork, { epoch, logs }: Manifest): Check[] {
  if (pending?.epoch !== BigInt(epoch) || pending.committee.version !== committee.version) return [];
  const members = new Set(committee.keys.map((key) => new PublicKey(key).toBase58()));
  const stranger = logs.find(({ oracle }) => !members.has(oracle));
  const named = `${new Set(logs.map(({ oracle }) => oracle)).size} of ${members.size} members`;
  return [
    stranger
      ? fails('committee', `logs: ${stranger.oracle} has one but is not in the committee`)
      : holds('committee', `logs of ${named}, each signed by its oracle`),
  ];
}
