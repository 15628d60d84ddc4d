import { fromHex, toHex } from '@commonwire/sdk/core';
import type { EpochMessage } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import type { Backing, ChainNetwork } from '../chain/chain';
import { parseAnyManifest } from '../domain';
import { fetchBlob } from '../epoch/dataset';
import { peerSignatures } from '../epoch/observed';
import { type CheckedSignature, checkSignature, signedFor } from '../epoch/signing';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn, sendUnlessDone } from './turns';

/** Most messages that are looked up on chain in a turn. Honest members sign few, others as many as they like. */
const MOST_MESSAGES = 8;

/**
 * Posts the epoch once enough committee members have signed the same message, or approved it on chain where the cluster
 * can't verify signatures. While it is pending, peers are still
 * asked for the signatures they made and observed, to find members that signed different messages for different peers.
 */
export async function post(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  const epoch = network.current.epoch + 1;
  if (network.pending) {
    await peerSignatures(oracle, network, network.pending.epoch);
    return;
  }
  if (!network.cutOf(epoch)) return;
  const { threshold, keys } = network.committee;
  const agreed = await agreement(oracle, network, epoch);
  if (!agreed) return;
  const { message, backing } = agreed;
  if (!(await isMyTurn(oracle, { task: 'post', epoch, keys, attempt: message.attempt }))) return;
  if (network.paused(await oracle.chain.time())) return;
  const opening = await openingOf(oracle, epoch, toHex(message.datasetHash));
  const sent = await sendUnlessDone(
    oracle,
    () => oracle.chain.post(message, backing, opening),
    ({ pending, current }) => pending?.epoch === epoch || current.epoch >= epoch,
  );
  if (sent) oracle.events.emit('posted', { epoch, attempt: message.attempt, signers: threshold, ...sent });
}

/** Returns the preimage of the ledger's root, from the manifest that the epoch's message names. */
async function openingOf(oracle: Oracle, epoch: number, datasetHash: string): Promise<Uint8Array> {
  const manifest = parseAnyManifest(await fetchBlob(oracle, epoch, datasetHash));
  return fromHex(manifest.ledger_opening);
}

interface Agreed {
  readonly message: EpochMessage;
  readonly backing: Backing;
}

/** Returns a message that enough members agree on; by signatures, the one of the lowest attempt. */
async function agreement(oracle: Oracle, network: ChainNetwork, epoch: number): Promise<Agreed | undefined> {
  const { threshold, keys } = network.committee;
  const signed = await signedMessages(oracle, network, epoch);
  if (await oracle.chain.needsApprovals()) return approved(oracle, network, signed);
  const group = signed.find(({ size }) => size >= threshold);
  if (!group) return undefined;
  // In committee order, so that every oracle sends the same.
  const chosen = keys.flatMap((key) => group.get(key) ?? []).slice(0, threshold);
  const signatures = chosen.map(({ oracle: key, signature }) => ({ publicKey: bytesOf(key), signature }));
  return { message: chosen[0]!.message, backing: { signatures, approvals: [] } };
}

/**
 * Returns the message that enough members approved on chain. One member's signature is enough to know the message: the
 * others' oracles may be out of reach.
 */
async function approved(
  { chain, address }: Oracle,
  { committee: { threshold, keys } }: ChainNetwork,
  signed: readonly Signed[],
): Promise<Agreed | undefined> {
  // Later attempts first: that is what members approve. What this oracle signed comes before all else.
  const likelihood = (group: Signed) => (group.has(address) ? keys.length : 0) + group.size;
  const likely = [...signed]
    .reverse()
    .sort((a, b) => likelihood(b) - likelihood(a))
    .slice(0, MOST_MESSAGES);
  for (const { message } of likely.flatMap((group) => [...group.values()].slice(0, 1))) {
    const approvals = await chain.approvedBy(message, keys.map(bytesOf));
    if (approvals.length >= threshold)
      return { message, backing: { signatures: [], approvals: approvals.slice(0, threshold) } };
  }
  return undefined;
}

/** The signatures of one message, by member. */
type Signed = ReadonlyMap<string, CheckedSignature>;

/** Returns the members' signatures for this epoch that the chain would take, by message, those of the lowest attempt first. */
async function signedMessages(oracle: Oracle, network: ChainNetwork, epoch: number): Promise<Signed[]> {
  const { keys, version } = network.committee;
  const own = (await signedFor(oracle.store, epoch)).flatMap(
    (signed) => checkSignature(oracle.address, signed) ?? [],
  );
  const groups = new Map<string, Map<string, CheckedSignature>>();
  for (const checked of [...own, ...(await peerSignatures(oracle, network, epoch))]) {
    const { message, bytes } = checked;
    if (!keys.includes(checked.oracle) || message.epoch !== BigInt(epoch)) continue;
    if (message.attempt < network.attempt || message.committeeVersion !== version) continue;
    const name = toHex(bytes);
    groups.set(name, (groups.get(name) ?? new Map()).set(checked.oracle, checked));
  }
  const attemptOf = (group: Signed) => [...group.values()][0]!.message.attempt;
  return [...groups.values()].sort((a, b) => attemptOf(a) - attemptOf(b));
}

const bytesOf = (key: string): Uint8Array => new PublicKey(key).toBytes();
