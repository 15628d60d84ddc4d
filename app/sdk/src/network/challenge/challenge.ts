import type { Connection, PublicKey, Signer } from '@solana/web3.js';
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

/** What a challenge came to. */
export interface Challenge {
  /**
   * `void`: this made the pending epoch void, by `fault`. `no-fault`: nothing in it can be proven wrong.
   * `nothing-pending`: there was nothing to challenge, or somebody else came first.
   */
  readonly outcome: 'void' | 'no-fault' | 'nothing-pending';
  readonly fault: Fault | null;
  /** Transactions sent, in order. */
  readonly signatures: readonly string[];
}

/**
 * Makes the pending epoch void if one of its leaves proves it wrong: witness, challenge and the witness's end, in one
 * transaction where both proofs fit and in two where they don't. Killed anywhere, a second call goes on where the first
 * was; no witness is left behind.
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
    // What it found wrong is gone, voided by another or promoted: the witness must not outlive it.
    signatures.push(...(await closeWitnesses(connection, payer, address, options)));
    if (!(error instanceof TransactionFailed && error.code === 'nothing-pending')) throw error;
    return { outcome: 'nothing-pending', fault, signatures };
  }
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
