import type { Connection, PublicKey, Signer, TransactionInstruction } from '@solana/web3.js';
import { acceptedVersion } from '../../core/transaction-versions';
import {
  type SendOptions,
  sendAndConfirm,
  TransactionFailed,
  transactionBytes,
} from '../../core/transactions';
import { fetchNetwork, type NetworkAccount } from '../accounts';
import { witnessAddress } from '../addresses';
import { challengeEpoch, closeWitness, witnessLeaf } from '../instructions/challenge';
import { type Examination, examinePending, provenLeaf } from './examine';
import type { Fault, Ledgers } from './faults';
import { closeWitnesses, fetchWitness } from './witnesses';

/** The outcome of a challenge. */
export interface Challenge {
  /**
   * `void`: `fault` made the pending epoch void. `no-fault`: nothing in it can be proven wrong. `nothing-pending`: there
   * was nothing to challenge, or somebody else was first.
   */
  readonly outcome: 'void' | 'no-fault' | 'nothing-pending';
  readonly fault: Fault | null;
  /** Transactions sent, in order. */
  readonly signatures: readonly string[];
}

/**
 * Voids the pending epoch if one of its leaves proves it wrong. Opens a witness, challenges and closes the witness, in one
 * transaction if both proofs fit, otherwise in two. If it is killed at any point, a second call continues; no witness is
 * left behind.
 * @param ledgers see {@link examinePending}
 * @throws ChallengeError `ledger-differs`; TransactionFailed, TransactionExpired
 */
export async function challenge(
  connection: Connection,
  payer: Signer,
  { network: address, ledgers, ...options }: { network: PublicKey; ledgers: Ledgers } & SendOptions,
): Promise<Challenge> {
  const network = await fetchNetwork(connection, address);
  if (!network.pending) {
    const signatures = await closeWitnesses(connection, payer, address, options);
    return { outcome: 'nothing-pending', fault: null, signatures };
  }
  const examination = await examinePending(connection, network, ledgers);
  const [fault] = examination.faults;
  if (!fault) return { outcome: 'no-fault', fault: null, signatures: [] };
  const signatures: string[] = [];
  try {
    for await (const signature of send(connection, payer, network, examination, fault, options))
      signatures.push(signature);
    return { outcome: 'void', fault, signatures };
  } catch (error) {
    // The epoch has been voided by somebody else or promoted: the witness is no longer needed.
    signatures.push(...(await closeWitnesses(connection, payer, address, options, [fault.index])));
    if (!(error instanceof TransactionFailed && error.code === 'nothing-pending')) throw error;
    return { outcome: 'nothing-pending', fault, signatures };
  }
}

/**
 * The instructions of the transaction that challenges a fault of the pending epoch, for a payer that signs elsewhere: they
 * open a witness, challenge and close the witness. Larger proofs than fit one transaction make two.
 */
export async function challengeTransactions(
  connection: Connection,
  payer: PublicKey,
  { network: address, ledgers, fault }: { network: PublicKey; ledgers: Ledgers; fault: Fault },
): Promise<TransactionInstruction[][]> {
  const network = await fetchNetwork(connection, address);
  const { trees } = await examinePending(connection, network, ledgers);
  const { index, before, after } = fault;
  const at = { network: address, payer, index };
  const witness = before && witnessAddress(at);
  const leaf = provenLeaf(trees.pending, index, after);
  const challenging = challengeEpoch({ network: address, leaf, witness });
  if (!before) return [[challenging]];
  const witnessing = witnessLeaf({ ...at, leaf: provenLeaf(trees.current, index, before) });
  const whole = [witnessing, challenging, closeWitness(at)];
  const fits = transactionBytes(payer, whole, { version: 0 }) !== null;
  return fits ? [whole] : [[witnessing], [challenging, closeWitness(at)]];
}

async function* send(
  connection: Connection,
  payer: Signer,
  { address: network, current }: NetworkAccount,
  { trees }: Examination,
  { index, before, after }: Fault,
  options: SendOptions,
): AsyncGenerator<string> {
  const at = { network, payer: payer.publicKey, index };
  const witness = before && witnessAddress(at);
  const challenging = challengeEpoch({ network, leaf: provenLeaf(trees.pending, index, after), witness });
  if (!before) {
    yield await sendAndConfirm(connection, payer, [challenging], options);
    return;
  }
  const witnessing = witnessLeaf({ ...at, leaf: provenLeaf(trees.current, index, before) });
  const whole = [witnessing, challenging, closeWitness(at)];
  const version = options.version ?? (await acceptedVersion(connection));
  if (transactionBytes(payer.publicKey, whole, { ...options, version }) !== null) {
    yield await sendAndConfirm(connection, payer, whole, options);
    return;
  }
  const kept = await fetchWitness(connection, at);
  if (kept?.epoch !== current.epoch) yield await sendAndConfirm(connection, payer, [witnessing], options);
  yield await sendAndConfirm(connection, payer, [challenging, closeWitness(at)], options);
}
