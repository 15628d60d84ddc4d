import type { Connection, PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import { equal } from '../../core/bytes';
import { type SendOptions, sendAndConfirm, TransactionFailed } from '../../core/transactions';
import {
  fetchNetwork,
  fetchOwnerRecord,
  fetchPages,
  type NetworkAccount,
  type PendingEpoch,
  signerBonds,
} from '../accounts';
import { challengeEpoch, type ProvenLeaf } from '../instructions/challenge';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../merkle/ledger';
import type { RegistryProof } from '../merkle/registry';
import { holeOfDepth } from '../merkle/sum-nodes';
import { PAGE_SLOTS } from '../pages';
import { ChallengeError, examinePending, provenLeaf } from './examine';
import { type ExpectedDevice, type Fault, groundsOf, type Ledgers } from './faults';

/** The outcome of a challenge. */
export interface Challenge {
  /**
   * `void`: `fault` made the pending epoch void. `no-fault`: nothing in it can be proven wrong. `nothing-pending`: there
   * was nothing to challenge, or somebody else was first.
   */
  readonly outcome: 'void' | 'no-fault' | 'nothing-pending';
  readonly fault: Fault | null;
  /** The transaction sent; null: none was. */
  readonly signature: string | null;
}

/** What the registry says, for a challenge. */
export interface RegistryFacts {
  /** Owners and retirements in the pending epoch, by index: see `examinePending`. */
  readonly devices: readonly ExpectedDevice[];
  /** Proves a device against the registry as it is on chain now: see `proveDevice`. */
  prove(index: number): Promise<RegistryProof>;
}

/** A fault of a leaf that was shown on demand. */
interface ShownFault {
  network: PublicKey;
  leaf: ProvenLeaf;
  fault: Fault;
  /** The current ledger. */
  current: readonly LedgerEntry[];
  registry: RegistryFacts;
}

/** A fault, with everything that proves it. */
interface Confrontation {
  pending: PendingEpoch;
  fault: Fault;
  leaf: ProvenLeaf;
  current: LedgerTree;
  network: PublicKey;
  registry: RegistryFacts;
  options: SendOptions;
}

/** How often a proof is made anew because devices were registered meanwhile. */
const PROOF_TRIES = 5;

/**
 * Voids the pending epoch if one of its leaves proves it wrong, in one transaction. If it is killed at any point, a second
 * call does the rest.
 * @param ledgers see {@link examinePending}
 * @throws ChallengeError `ledger-differs`; TransactionFailed, TransactionExpired
 */
export async function challenge(
  connection: Connection,
  payer: Signer,
  {
    network: address,
    ledgers,
    registry,
    ...options
  }: { network: PublicKey; ledgers: Ledgers; registry: RegistryFacts } & SendOptions,
): Promise<Challenge> {
  const network = await fetchNetwork(connection, address);
  if (!network.pending) return { outcome: 'nothing-pending', fault: null, signature: null };
  const paid = network.pending.corrective ? await paidAmounts(connection, network) : [];
  const { devices } = registry;
  const { pending, faults, trees } = examinePending(network, ledgers, { devices, paid });
  const [fault] = faults;
  if (!fault) return { outcome: 'no-fault', fault: null, signature: null };
  const leaf = provenLeaf(trees.pending, fault.index, fault.after);
  const { current } = trees;
  return confront(connection, payer, { pending, fault, leaf, current, network: address, registry, options });
}

/**
 * Voids the pending epoch by a leaf that was shown on demand, see {@link faultsOfShown}.
 * @param current the current ledger
 * @throws TransactionFailed, TransactionExpired
 */
export async function challengeShown(
  connection: Connection,
  payer: Signer,
  { network: address, leaf, fault, current: entries, registry, ...options }: ShownFault & SendOptions,
): Promise<Challenge> {
  const { pending } = await fetchNetwork(connection, address);
  if (!pending) return { outcome: 'nothing-pending', fault, signature: null };
  const current = LedgerTree.fromLeaves(ledgerLeaves(entries));
  return confront(connection, payer, { pending, fault, leaf, current, network: address, registry, options });
}

/** Sends the challenge, with the registry's proof made anew if devices were registered meanwhile. */
async function confront(
  connection: Connection,
  payer: Signer,
  { pending, fault, leaf, current, network: address, registry, options }: Confrontation,
): Promise<Challenge> {
  const { index, before, grounds } = fault;
  const unrecorded =
    grounds.includes('wrong-owner') && !(await fetchOwnerRecord(connection, { network: address, index }));
  const proof = {
    leaf,
    before: before && provenLeaf(current, index, before),
    belowPaid: grounds.includes('below-paid'),
    bonds: signerBonds(pending),
  };
  for (let tries = 1; ; tries += 1) {
    const device = unrecorded ? await registry.prove(index) : null;
    const built = challengeEpoch({ network: address, challenger: payer.publicKey, ...proof, device });
    try {
      const signature = await sendAndConfirm(connection, payer, [built], options);
      return { outcome: 'void', fault, signature };
    } catch (error) {
      const code = error instanceof TransactionFailed ? error.code : undefined;
      // Voided by somebody else, or promoted.
      if (code === 'nothing-pending') return { outcome: 'nothing-pending', fault, signature: null };
      if (code !== 'bad-registry-proof' || tries === PROOF_TRIES) throw error;
    }
  }
}

/**
 * The instruction that challenges a fault of the pending epoch, for a payer that signs elsewhere. If its fault is a wrong
 * owner, it holds until devices are registered that change the registry's proof.
 */
export async function challengeInstruction(
  connection: Connection,
  challenger: PublicKey,
  {
    network: address,
    ledgers,
    registry,
    fault,
  }: { network: PublicKey; ledgers: Ledgers; registry: RegistryFacts; fault: Fault },
): Promise<TransactionInstruction> {
  const network = await fetchNetwork(connection, address);
  const { pending, trees } = examinePending(network, ledgers, { devices: registry.devices });
  const leaf = provenLeaf(trees.pending, fault.index, fault.after);
  return instructionBy(challenger, {
    pending,
    fault,
    leaf,
    current: trees.current,
    network: address,
    registry,
  });
}

/** As {@link challengeInstruction}, by a leaf that was shown on demand. @param current the current ledger */
export async function challengeShownInstruction(
  connection: Connection,
  challenger: PublicKey,
  { network, leaf, fault, current: entries, registry }: ShownFault,
): Promise<TransactionInstruction> {
  const { pending } = await fetchNetwork(connection, network);
  if (!pending) throw new ChallengeError('nothing-pending', 'no epoch is pending: nothing can be challenged');
  const current = LedgerTree.fromLeaves(ledgerLeaves(entries));
  return instructionBy(challenger, { pending, fault, leaf, current, network, registry });
}

const instructionBy = async (
  challenger: PublicKey,
  {
    pending,
    fault: { index, before, grounds },
    leaf,
    current,
    network,
    registry,
  }: Omit<Confrontation, 'options'>,
): Promise<TransactionInstruction> =>
  challengeEpoch({
    network,
    challenger,
    leaf,
    before: before && provenLeaf(current, index, before),
    device: grounds.includes('wrong-owner') ? await registry.prove(index) : null,
    belowPaid: grounds.includes('below-paid'),
    bonds: signerBonds(pending),
  });

/**
 * Finds the leaves that were shown on demand (see `fetchShownLeaves`) and prove the pending epoch wrong. Needs no dataset: a
 * committee that hides its ledger is held to what it had to show.
 * @param current the current ledger
 */
export const faultsOfShown = (
  shown: readonly ProvenLeaf[],
  { pending }: Pick<NetworkAccount, 'pending'>,
  current: readonly LedgerEntry[],
  devices: readonly ExpectedDevice[],
): Fault[] =>
  shown.flatMap(({ index, owner, earned, proof }) => {
    if (!pending) return [];
    const { deviceEpochCap, corrective, deviceCount } = pending;
    const before = current[index] ?? null;
    const after = { owner: owner.toBytes(), earned };
    const grounds = groundsOf(before, after, devices[index], { devices, deviceEpochCap, corrective });
    if (index === deviceCount - 1 && isPadded(index, proof)) grounds.push('padded');
    return grounds.length > 0 ? [{ index, grounds, before, after }] : [];
  });

/** Whether the proof of the last device's leaf shows anything beyond that device, by the program's rule. */
const isPadded = (index: number, proof: readonly Uint8Array[]): boolean =>
  proof.some((sibling, level) => ((index >>> level) & 1) === 0 && !equal(sibling, holeOfDepth(level)));

/** Pages fetched at once. */
const PAGES_AT_ONCE = 100;

/** Fetches what each device of the pending ledger was paid since the start, base units; 0n where its page isn't open. */
export async function paidAmounts(
  connection: Connection,
  { address, pending }: Pick<NetworkAccount, 'address' | 'pending'>,
): Promise<bigint[]> {
  const count = pending?.deviceCount ?? 0;
  const numbers = Array.from({ length: Math.ceil(count / PAGE_SLOTS) }, (_, number) => number);
  const paid: bigint[] = [];
  for (let at = 0; at < numbers.length; at += PAGES_AT_ONCE)
    for (const page of await fetchPages(connection, address, numbers.slice(at, at + PAGES_AT_ONCE)))
      for (let slot = 0; slot < PAGE_SLOTS; slot += 1) paid.push(page?.paid[slot] ?? 0n);
  return paid.slice(0, count);
}
