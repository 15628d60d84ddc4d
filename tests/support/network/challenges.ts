import { compile, TransactionFailed } from '@commonwire/sdk/core';
import {
  challengeEpoch,
  closeWitness,
  type LedgerEntry,
  type Ledgers,
  LedgerTree,
  ledgerLeaves,
  nameCorrective,
  type ProvenLeaf,
  postEpoch,
  setPolicy,
  transferDevice,
  vetoEpoch,
  witnessAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expectError } from '../chain';
import { POLICY, type TestNetwork } from './test-network';

/** A device's leaf in this ledger, with its proof. */
export const leafOf = (entries: readonly LedgerEntry[], index: number): ProvenLeaf => ({
  index,
  owner: new PublicKey(entries[index]!.owner),
  earned: entries[index]!.earned,
  proof: LedgerTree.fromLeaves(ledgerLeaves(entries)).proveRun(index, 1),
});

/** An entry of a ledger. */
export const entry = (owner: { publicKey: PublicKey }, earned: bigint): LedgerEntry => ({
  owner: owner.publicKey.toBytes(),
  earned,
});

/** Everything that challenges by one device, in one transaction: its witness comes and goes where it needs one. */
export function challenging(
  { address: network, chain }: TestNetwork,
  { current, pending }: Ledgers,
  index: number,
  payer = chain.payer.publicKey,
): TransactionInstruction[] {
  const leaf = leafOf(pending, index);
  if (index >= current.length) return [challengeEpoch({ network, leaf, witness: null })];
  const witness = witnessAddress({ payer, network, index });
  return [
    witnessLeaf({ network, payer, leaf: leafOf(current, index) }),
    challengeEpoch({ network, leaf, witness }),
    closeWitness({ network, payer, index }),
  ];
}

/** Posts this ledger for the epoch after the current one, in place of one that is pending. */
export async function repost(network: TestNetwork, entries: readonly LedgerEntry[]): Promise<void> {
  if ((await network.account()).pending) await veto(network);
  const message = await network.message(entries);
  await network.send(postEpoch(network.address, network.sign(message)));
}

/** Makes the pending epoch void at the authority's word. */
export const veto = (network: TestNetwork): Promise<string> => {
  const { address, authority } = network;
  return network.send(vetoEpoch({ network: address, guard: authority.publicKey }), [authority]);
};

/** Changes the policy. */
export const govern = (network: TestNetwork, changes: Partial<typeof POLICY>): Promise<string> => {
  const { address, authority } = network;
  const policy = { ...POLICY, ...changes };
  return network.send(setPolicy({ network: address, authority: authority.publicKey, policy }), [authority]);
};

/** Names the epoch that may correct earlier ones. */
export const correct = (network: TestNetwork, epoch: bigint): Promise<string> => {
  const { address, authority } = network;
  return network.send(nameCorrective({ network: address, authority: authority.publicKey, epoch }), [
    authority,
  ]);
};

/** Hands a device of the current ledger over. */
export const transfer = (
  network: TestNetwork,
  current: readonly LedgerEntry[],
  index: number,
  owner: Keypair,
  newOwner: Keypair,
): Promise<string> => {
  const payer = network.chain.payer.publicKey;
  const leaf = leafOf(current, index);
  return network.send(
    transferDevice({ network: network.address, payer, leaf, newOwner: newOwner.publicKey }),
    [owner],
  );
};

/** Whether the chain would make the pending epoch void by this device. Nothing is sent. @throws TransactionFailed for other refusals */
export async function isVoidBy(network: TestNetwork, ledgers: Ledgers, index: number): Promise<boolean> {
  const { connection, payer } = network.chain;
  const { blockhash } = await connection.getLatestBlockhash('processed');
  const transaction = compile(payer.publicKey, blockhash, challenging(network, ledgers, index));
  transaction.sign([payer]);
  const { value } = await connection.simulateTransaction(transaction, { commitment: 'processed' });
  if (!value.err) return true;
  const refusal = new TransactionFailed(value.err, value.logs ?? []);
  if (refusal.code === 'no-fault') return false;
  throw refusal;
}

/** Requires that no device makes the pending epoch void. */
export async function survives(network: TestNetwork, ledgers: Ledgers): Promise<void> {
  for (const index of ledgers.pending.keys())
    await expectError(network.send(challenging(network, ledgers, index)), 'no-fault');
}
