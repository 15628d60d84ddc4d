import type { BN } from '@coral-xyz/anchor';
import type { Connection, Finality, PublicKey } from '@solana/web3.js';
import { big } from '../core/anchor-values';
import { MAX_SUPPORTED_TRANSACTION_VERSION } from '../core/transaction-versions';
import { type Demand, decodeDemand, type PendingEpoch } from './accounts';
import { demandAddress, demandLogAddress } from './addresses';
import { flattenInstructions } from './flat-instructions';
import type { ProvenLeaf } from './instructions/challenge';
import { NODE_BYTES } from './merkle';
import { coder, PROGRAM_ID } from './program';

/** Most transactions that a node lists at once, and accounts that it returns at once. */
const SIGNATURE_SLICE = 1000;
const ACCOUNT_SLICE = 100;
/** Transactions fetched at once. */
const AT_ONCE = 8;

/**
 * Lists the open demands for leaves of the pending epoch. Nothing is read while the chain counts none.
 * @throws RegistryReplayError if the RPC node keeps no inner instructions; what the node's refusals throw
 */
export async function fetchOpenDemands(
  connection: Connection,
  { address: network, pending }: { address: PublicKey; pending: PendingEpoch | null },
  commitment: Finality = 'confirmed',
): Promise<Demand[]> {
  if (!pending || pending.openDemands === 0) return [];
  const { epoch, attempt } = pending;
  const indices = new Set<number>();
  for await (const { name, data } of logged(connection, network, pending.postedSlot, commitment))
    if (name === 'demandLeaf') indices.add((data as { index: number }).index);
  const addresses = [...indices].map((index) => demandAddress({ network, epoch, attempt, index }));
  const demands: Demand[] = [];
  for (let at = 0; at < addresses.length; at += ACCOUNT_SLICE) {
    const slice = addresses.slice(at, at + ACCOUNT_SLICE);
    const infos = await connection.getMultipleAccountsInfo(slice, commitment);
    for (const [i, info] of infos.entries())
      if (info?.owner.equals(PROGRAM_ID)) demands.push(decodeDemand(slice[i]!, info.data));
  }
  return demands;
}

/**
 * Lists the leaves of the pending epoch that were shown because somebody demanded them, with the proofs that the program
 * accepted. Nothing is read if none was.
 * @throws as {@link fetchOpenDemands}
 */
export async function fetchShownLeaves(
  connection: Connection,
  { address: network, pending }: { address: PublicKey; pending: PendingEpoch | null },
  commitment: Finality = 'confirmed',
): Promise<ProvenLeaf[]> {
  if (!pending || pending.shown.slot === 0n) return [];
  const { epoch, attempt } = pending;
  const demanded = new Map<string, number>();
  const answers: { demand: string; owner: PublicKey; earned: BN; proof: Uint8Array }[] = [];
  for await (const { name, data, accounts } of logged(connection, network, pending.postedSlot, commitment)) {
    if (name === 'demandLeaf') {
      const { index } = data as { index: number };
      demanded.set(demandAddress({ network, epoch, attempt, index }).toBase58(), index);
    }
    if (name === 'answerDemand') {
      const { owner, earned, proof } = data as { owner: PublicKey; earned: BN; proof: Uint8Array };
      answers.push({ demand: accounts[ANSWERED_DEMAND]!.toBase58(), owner, earned, proof });
    }
  }
  return answers.flatMap(({ demand, owner, earned, proof }) => {
    const index = demanded.get(demand);
    return index === undefined ? [] : [{ index, owner, earned: big(earned), proof: nodesOf(proof) }];
  });
}

/** Where an answer's accounts name the demand. */
const ANSWERED_DEMAND = 3;

const nodesOf = (proof: Uint8Array): Uint8Array[] =>
  Array.from({ length: proof.length / NODE_BYTES }, (_, i) =>
    Uint8Array.from(proof.subarray(i * NODE_BYTES, (i + 1) * NODE_BYTES)),
  );

interface LoggedInstruction {
  readonly name: string;
  readonly data: object;
  readonly accounts: readonly PublicKey[];
}

/** Yields the program's instructions in transactions that name the network's log of demands since `since`, latest first. */
async function* logged(
  connection: Connection,
  network: PublicKey,
  since: bigint,
  commitment: Finality,
): AsyncGenerator<LoggedInstruction> {
  const log = demandLogAddress(network);
  const read = (signature: string) =>
    connection.getTransaction(signature, {
      commitment,
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
  for (let before: string | undefined; ; ) {
    const options = { limit: SIGNATURE_SLICE, ...(before !== undefined && { before }) };
    const slice = await connection.getSignaturesForAddress(log, options, commitment);
    const recent = slice.filter(({ slot }) => BigInt(slot) >= since);
    const landed = recent.filter(({ err }) => err === null).map(({ signature }) => signature);
    for (let at = 0; at < landed.length; at += AT_ONCE)
      for (const response of await Promise.all(landed.slice(at, at + AT_ONCE).map(read)))
        for (const { program, accounts, data } of response ? flattenInstructions(response) : []) {
          if (!program.equals(PROGRAM_ID) || !accounts.some((account) => account.equals(log))) continue;
          const decoded = coder.instruction.decode(data);
          if (decoded) yield { name: decoded.name, data: decoded.data, accounts };
        }
    if (slice.length < SIGNATURE_SLICE || recent.length < slice.length) return;
    before = slice.at(-1)!.signature;
  }
}
