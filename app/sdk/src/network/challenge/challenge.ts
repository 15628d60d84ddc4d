import type { Connection, PublicKey, Signer } from '@solana/web3.js';
import { type SendOptions, sendAndConfirm, TransactionFailed } from '../../core/transactions';
import { fetchNetwork, fetchOwnerRecord, fetchPages, type NetworkAccount, signerBonds } from '../accounts';
import { PAGE_SLOTS } from '../addresses';
import { challengeEpoch } from '../instructions/challenge';
import type { RegistryProof } from '../merkle/registry';
import { examinePending, provenLeaf } from './examine';
import type { ExpectedDevice, Fault, Ledgers } from './faults';

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
  const { index, before, after, grounds } = fault;
  const unrecorded =
    grounds.includes('wrong-owner') && !(await fetchOwnerRecord(connection, { network: address, index }));
  const proof = {
    leaf: provenLeaf(trees.pending, index, after),
    before: before && provenLeaf(trees.current, index, before),
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
