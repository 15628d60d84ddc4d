import { equal, FormatError, fromHex, time, tokens } from '@commonwire/sdk/core';
import {
  hashOf,
  ledgerNode,
  MerkleError,
  type RegisteredDevice,
  runRoot,
  sumOf,
} from '@commonwire/sdk/network';
import type { SettlementInfo } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { short } from '../format';
import { type Check, fails, holds } from './check';
import type { Snapshot } from './snapshot';

/** A device's earnings by the proven ledger and payments by the page on chain; base units. */
export interface DevicePay {
  readonly index: number;
  readonly owner: string;
  readonly earned: bigint;
  readonly paid: bigint;
}

/** Returns `device 3`, or `devices 3 to 5`. */
export const runName = (first: number, length: number): string =>
  length === 1 ? `device ${first}` : `devices ${first} to ${first + length - 1}`;

/**
 * Checks that an oracle's answer about neighbouring devices is in the ledger on chain. The answer isn't trusted: leaves
 * are hashed here from index, owner and amount, and together with the proof must give the root on chain.
 * @param devices the registry by index; null if it couldn't be checked
 */
export function checkLedger(
  { network }: Snapshot,
  asked: { first: number; count: number },
  answer: SettlementInfo,
  devices: readonly RegisteredDevice[] | null,
): Check {
  const { current } = network;
  const { first, count } = asked;
  const name = runName(first, count);
  if (answer.epoch !== Number(current.epoch)) {
    const stale = `the oracle answers for the ledger of epoch ${answer.epoch}, but on chain it is ${current.epoch}`;
    return fails('ledger', `${name}: ${stale}`);
  }
  if (answer.first !== first || answer.owners.length !== count || answer.earned.length !== count) {
    return fails('ledger', `${name}: the oracle answers for ${runName(answer.first, answer.owners.length)}`);
  }
  const stranger = answer.owners.findIndex(
    (owner, i) => devices && new PublicKey(devices[first + i]!.owner).toBase58() !== owner,
  );
  if (stranger >= 0) {
    const said = answer.owners[stranger]!;
    const registered = new PublicKey(devices![first + stranger]!.owner);
    const detail = `device ${first + stranger}: the oracle names the owner ${said}, but ${registered} is registered`;
    return fails('ledger', detail);
  }
  const sum = answer.earned.reduce((total, earned) => total + BigInt(earned), 0n);
  const leaves = `${name}, ${tokens(sum, network.decimals)} earned`;
  const root = rootOf(answer, current.deviceCount);
  if (root instanceof Error) return fails('ledger', `${leaves}: ${root.message}`);
  if (!equal(hashOf(root), current.ledgerRoot) || sumOf(root) !== current.earnedTotal) {
    const detail = `give the root ${short(hashOf(root))} and a total of ${sumOf(root)}, but on chain they are ${short(current.ledgerRoot)} and ${current.earnedTotal}: amount, owner or proof is not what the committee signed`;
    return fails('ledger', `${leaves}: leaf and proof ${detail}`);
  }
  return holds(
    'ledger',
    `${leaves}: leaf and proof give the root on chain, ${short(hashOf(root))}, and its total`,
  );
}

/** Computes the root's node from leaves and proof. Returns an error if they are malformed, such as a proof that is too short. */
function rootOf({ first, owners, earned, proof }: SettlementInfo, deviceCount: number): Uint8Array | Error {
  try {
    const leaves = owners.map((owner, i) =>
      ledgerNode({ index: first + i, owner: decodeBase58(owner), earned: BigInt(earned[i]!) }),
    );
    return runRoot({ deviceCount, first, leaves, proof: proof.map(fromHex) });
  } catch (error) {
    if (error instanceof FormatError || error instanceof MerkleError) return error;
    throw error;
  }
}

function decodeBase58(text: string): Uint8Array {
  try {
    return new PublicKey(text).toBytes();
  } catch (cause) {
    throw new FormatError('wrong-length', `${text} is not an address`, { cause });
  }
}

/** Checks that no device was paid more than it earned. The check holds if something is due: anyone may settle it. */
export function checkPaid(network: Snapshot['network'], devices: readonly DevicePay[]): Check {
  const over = devices.find(({ paid, earned }) => paid > earned);
  const amount = (of: (device: DevicePay) => bigint) =>
    tokens(
      devices.reduce((sum, device) => sum + of(device), 0n),
      network.decimals,
    );
  const name = runName(devices[0]!.index, devices.length);
  if (over) {
    const { index, paid, earned } = over;
    const sums = `${tokens(paid, network.decimals)} paid, ${tokens(earned, network.decimals)} earned`;
    return fails('paid', `device ${index}: ${sums}: the ledger fell below what was paid`);
  }
  const due = devices.some(({ paid, earned }) => paid < earned);
  const rest = due ? `${amount(({ earned, paid }) => earned - paid)} still due` : 'nothing is due';
  return holds('paid', `${name}: ${amount(({ paid }) => paid)} paid according to the page on chain, ${rest}`);
}

/** Checks the owner's associated token account, the only one that `settle` pays to. */
export function checkAccount({ network, tokenAccount, tokens: account }: Snapshot, owner: PublicKey): Check {
  if (!account) return holds('account', `${tokenAccount} doesn't exist yet, or was closed by its owner`);
  if (!account.owner.equals(owner)) {
    return fails('account', `${tokenAccount} was transferred to ${account.owner} by ${owner}`);
  }
  const frozen = account.isFrozen ? ', frozen' : '';
  return holds(
    'account',
    `${tokenAccount} of ${owner} holds ${tokens(account.amount, network.decimals)}${frozen}`,
  );
}

/** Checks that the vault covers what is due to all devices. */
export function checkVault({ network, vault }: Snapshot): Check {
  const { current, totalPaid, decimals, vault: address } = network;
  const due = current.earnedTotal - totalPaid;
  const detail = `${address} holds ${tokens(vault, decimals)}, ${tokens(due, decimals)} due to all devices`;
  return vault >= due ? holds('vault', detail) : fails('vault', detail);
}

/** Describes the state on chain that everything was compared with, as one line. */
export const describe = ({ network, slot }: Snapshot): string =>
  `network ${network.address} in slot ${slot}: epoch ${network.current.epoch}, promoted ${time(network.current.promotedAt)}`;
