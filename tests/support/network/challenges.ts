import { compile, TransactionFailed } from '@commonwire/sdk/core';
import {
  type ChallengeProof,
  challengeEpoch,
  FIRST_REGISTRY_HASH,
  inChainOrder,
  type LedgerEntry,
  type Ledgers,
  LedgerTree,
  ledgerLeaves,
  nameCorrective,
  type ProvenLeaf,
  proveDevice,
  type RegisteredDevice,
  type RegistryFacts,
  setPolicy,
  signerBonds,
  transferDevice,
  vetoEpoch,
} from '@commonwire/sdk/network';
import { type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expectError } from '../chain';
import { allChanges } from './handover';
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

const known = new WeakMap<TestNetwork, readonly RegisteredDevice[]>();

/** A network's devices as they were registered, in index order. */
export async function registered(network: TestNetwork): Promise<readonly RegisteredDevice[]> {
  const before = known.get(network);
  if (before?.length === (await network.registry()).deviceCount) return before;
  const devices = (await orderedChanges(network)).flatMap((change) =>
    change.kind === 'registered' ? change.devices : [],
  );
  known.set(network, devices);
  return devices;
}

/** Every change of a network's registry, in the order in which the program made them. */
export const orderedChanges = async (network: TestNetwork) =>
  inChainOrder({ hash: FIRST_REGISTRY_HASH, deviceCount: 0 }, await allChanges(network)).changes;

/** What a network's registry says of its devices in an epoch. */
export async function registryFacts(network: TestNetwork, epoch: bigint): Promise<RegistryFacts> {
  const changes = await orderedChanges(network);
  const all = await registered(network);
  const devices = all.map(({ owner }) => ({ owner, retired: false }));
  for (const change of changes) {
    if (change.kind === 'registered' || change.change.effectiveEpoch > epoch) continue;
    const device = devices[change.change.index]!;
    if (change.kind === 'retired') device.retired = true;
    else device.owner = change.change.owner;
  }
  return { devices, prove: async (index) => proveDevice(await registered(network), index) };
}

/** Everything that can be proven of one device. */
export async function proofOf(
  network: TestNetwork,
  { current, pending }: Ledgers,
  index: number,
): Promise<Required<Omit<ChallengeProof, 'belowPaid'>>> {
  const account = await network.account();
  return {
    leaf: leafOf(pending, index),
    before: index < current.length ? leafOf(current, index) : null,
    device: proveDevice(await registered(network), index),
    bonds: account.pending ? signerBonds(account.pending) : [],
  };
}

/** Challenges by one device with everything that can be proven of it. */
export const challenging = async (
  network: TestNetwork,
  ledgers: Ledgers,
  index: number,
  challenger = network.chain.payer.publicKey,
): Promise<TransactionInstruction> =>
  challengeEpoch({ network: network.address, challenger, ...(await proofOf(network, ledgers, index)) });

/** Posts this ledger for the epoch after the current one, in place of one that is pending, by the whole committee. */
export async function repost(network: TestNetwork, entries: readonly LedgerEntry[]): Promise<void> {
  if ((await network.account()).pending) await veto(network);
  await reseat(network);
  await network.post(entries);
}

/** Seats the oracles again that a challenge removed. */
export async function reseat(network: TestNetwork): Promise<void> {
  const { committee } = await network.account();
  if (committee.keys.length < network.oracles.length)
    await network.send(network.committee(), [network.authority]);
}

/** Makes the pending epoch void at the authority's word. */
export const veto = async (network: TestNetwork): Promise<string> => {
  const { address, authority } = network;
  const root = (await network.account()).pending!.ledgerRoot;
  return network.send(vetoEpoch({ network: address, guard: authority.publicKey, root }), [authority]);
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
  const transaction = compile(payer.publicKey, blockhash, [await challenging(network, ledgers, index)]);
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
    await expectError(network.send(await challenging(network, ledgers, index)), 'no-fault');
}
